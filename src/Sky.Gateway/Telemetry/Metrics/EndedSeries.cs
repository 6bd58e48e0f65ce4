using System.Runtime.CompilerServices;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Requests that ended alike.</summary>
/// <param name="Service">The label of the service.</param>
/// <param name="Version">The label of the version of the last replica.</param>
/// <param name="Outcome">A word of <see cref="RequestOutcome"/>.</param>
/// <param name="Code">The class of the status, such as <c>2xx</c>.</param>
/// <param name="Error">What went wrong; null for nothing.</param>
internal readonly record struct EndedSeries(string Service, string Version, string Outcome, string Code, string? Error)
{
    /// <summary>Of the texts' places, not of their signs: the values are the same objects again and again.</summary>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Service), RuntimeHelpers.GetHashCode(Version), RuntimeHelpers.GetHashCode(Outcome), RuntimeHelpers.GetHashCode(Code), RuntimeHelpers.GetHashCode(Error));
}
