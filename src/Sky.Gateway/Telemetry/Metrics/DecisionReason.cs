namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Why a request got its replica.</summary>
internal static class DecisionReason
{
    /// <summary>The policy picked it at once.</summary>
    public const string Pick = "pick";

    /// <summary>The policy picked it for a request that had been held.</summary>
    public const string Released = "released";

    /// <summary>The service that was asked for had no capacity; another took over.</summary>
    public const string Fallback = "fallback";

    /// <summary>The replica holds what the request is about.</summary>
    public const string Pinned = "pinned";

    /// <summary>An attempt on another replica had failed.</summary>
    public const string Retry = "retry";

    /// <summary>The replica before it took long to begin its answer.</summary>
    public const string Hedge = "hedge";
}
