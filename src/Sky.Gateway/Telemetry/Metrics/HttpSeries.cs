using System.Runtime.CompilerServices;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Requests that the conventions for HTTP servers do not tell apart.</summary>
internal readonly record struct HttpSeries(string Service, string Method, string Scheme, int Status, string? Error)
{
    /// <summary>Of the texts' places, not of their signs: the values are the same objects again and again.</summary>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Service), RuntimeHelpers.GetHashCode(Method), RuntimeHelpers.GetHashCode(Scheme), Status, RuntimeHelpers.GetHashCode(Error));
}
