namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>A series with up to three labels.</summary>
internal readonly record struct Labelled(string Label, string Value, string? Label2, string? Value2, string? Label3, string? Value3);
