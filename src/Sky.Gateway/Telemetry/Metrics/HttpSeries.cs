namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Requests that the conventions for HTTP servers do not tell apart.</summary>
internal readonly record struct HttpSeries(string Service, string Method, string Scheme, int Status, string? Error);
