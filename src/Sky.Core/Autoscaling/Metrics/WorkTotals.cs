namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What one run of a gateway has seen of a service since it began; so a report that is lost or told twice changes nothing.</summary>
public sealed record WorkTotals
{
    /// <summary>Requests that got a replica, or were refused after they had waited for one.</summary>
    public long Begun { get; init; }

    /// <summary>Microseconds that they waited.</summary>
    public long WaitMicroseconds { get; init; }

    /// <summary>Streamed answers that began.</summary>
    public long FirstTokens { get; init; }

    /// <summary>Microseconds from their requests until then.</summary>
    public long FirstTokenMicroseconds { get; init; }

    /// <summary>Tokens of prompts and answers.</summary>
    public long Tokens { get; init; }
}
