namespace Sky.Core.Autoscaling;

/// <summary>What the autoscaler must not forget over a restart.</summary>
public sealed record AutoscalerState
{
    /// <summary>Replicas wanted, without overprovisioning.</summary>
    public required int Target { get; init; }

    /// <summary>Since when the load has asked for more without a break; null when it does not.</summary>
    public DateTimeOffset? AboveSince { get; init; }

    /// <summary>Since when the load has asked for fewer without a break; null when it does not.</summary>
    public DateTimeOffset? BelowSince { get; init; }

    /// <summary>The version whose policy the fields above were decided by; 0 before the first decision.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>Which metrics are not known and why, in a sentence; null: all are.</summary>
    public string? Missing { get; init; }

    /// <summary>Requests of the last minute by second, oldest first; so that a restart forgets no load.</summary>
    public IReadOnlyList<RequestCount> Window { get; init; } = [];
}
