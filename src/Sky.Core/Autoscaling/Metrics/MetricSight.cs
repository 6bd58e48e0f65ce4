using Sky.Core.Services;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What is known of one metric that is read: the last good reading, and what is wrong since.</summary>
public sealed record MetricSight
{
    /// <summary>Nothing was read so far.</summary>
    public static MetricSight None { get; } = new();

    /// <summary>The last number that was read; null: none, or one for each replica.</summary>
    public double? Value { get; init; }

    /// <summary>The last number of each replica that told one; null: it is not read from replicas, or was not.</summary>
    public IReadOnlyDictionary<ReplicaId, double>? ByReplica { get; init; }

    /// <summary>When it was read; null: it never was.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why the last try gave none, as a part of a sentence; null: it gave one, or there was none.</summary>
    public string? Trouble { get; init; }
}
