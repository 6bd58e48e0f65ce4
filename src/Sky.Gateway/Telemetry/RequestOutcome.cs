using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Telemetry;

/// <summary>How a request ended, as one of few words that stay.</summary>
internal static class RequestOutcome
{
    /// <summary>Answered with a status below 400.</summary>
    public const string Ok = "ok";

    /// <summary>A replica answered with 400 or above.</summary>
    public const string ReplicaError = "replica_error";

    /// <summary>The gateway answered 400 or above, and no replica had to do with it.</summary>
    public const string Refused = "refused";

    /// <summary>A replica could not be reached, did not answer, or broke its answer off; or the gateway itself failed.</summary>
    public const string Failed = "failed";

    /// <summary>The client left before the end.</summary>
    public const string ClientGone = "client_gone";

    /// <summary>How an attempt ended.</summary>
    public static string Of(ForwardOutcome outcome) => outcome switch
    {
        ForwardOutcome.Completed => Ok,
        ForwardOutcome.ClientGone => ClientGone,
        ForwardOutcome.BadRequest => "bad_request",
        ForwardOutcome.ConnectFailed => "connect_failed",
        ForwardOutcome.TimedOutBeforeHeaders => "timed_out_before_headers",
        ForwardOutcome.TryTimedOut => "try_timed_out",
        ForwardOutcome.OutOfTime => "out_of_time",
        ForwardOutcome.BrokeBeforeHeaders => "broke_before_headers",
        ForwardOutcome.NoHttp => "no_http",
        ForwardOutcome.BrokeAfterHeaders => "broke_after_headers",
        ForwardOutcome.IdleAfterHeaders => "idle_after_headers",
        _ => "other",
    };
}
