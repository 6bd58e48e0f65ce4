using Microsoft.AspNetCore.Http;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Health.Outliers;

/// <summary>What counts as a failure of a replica: what this gateway sees of it, and nothing that clients cause.</summary>
internal static class ReplicaVerdicts
{
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="status">The replica's answer; 0 where there was none.</param>
    /// <param name="saysWhen">It has a <c>Retry-After</c>.</param>
    public static ReplicaVerdict Of(ForwardOutcome outcome, int status, bool saysWhen) => outcome switch
    {
        ForwardOutcome.ClientGone or ForwardOutcome.BadRequest => ReplicaVerdict.None,
        ForwardOutcome.Completed => OfStatus(status, saysWhen),
        _ => ReplicaVerdict.Failure,
    };

    private static ReplicaVerdict OfStatus(int status, bool saysWhen) => status switch
    {
        StatusCodes.Status429TooManyRequests => ReplicaVerdict.Busy,
        StatusCodes.Status503ServiceUnavailable when saysWhen => ReplicaVerdict.Busy,

        // What it does not do it says of every request of that kind, in the best of health.
        StatusCodes.Status501NotImplemented or StatusCodes.Status505HttpVersionNotsupported => ReplicaVerdict.Success,
        >= 500 => ReplicaVerdict.Failure,
        _ => ReplicaVerdict.Success,
    };
}
