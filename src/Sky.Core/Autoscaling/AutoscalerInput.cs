using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Autoscaling;

/// <summary>All that one autoscaling decision may look at.</summary>
public sealed record AutoscalerInput
{
    public required ReplicaPolicySpec Policy { get; init; }

    /// <summary>The version <see cref="Policy"/> is of.</summary>
    public required int PolicyVersion { get; init; }

    public required AutoscalerState State { get; init; }

    /// <summary>The number set by hand; null for <c>auto</c>.</summary>
    public int? Pinned { get; init; }

    public required ServiceLoad Load { get; init; }

    /// <summary>The accelerators of each live replica, such as <c>A100:4</c>; null for none.</summary>
    public IReadOnlyList<string?> Accelerators { get; init; } = [];

    /// <summary>Replicas that are ready.</summary>
    public IReadOnlyList<ReplicaId> Ready { get; init; } = [];

    /// <summary>Replicas that are ready or on their way.</summary>
    public int Live { get; init; }

    /// <summary>What was read of each metric of the policy, in its order; fewer: nothing of the others.</summary>
    public IReadOnlyList<MetricSight> Metrics { get; init; } = [];
}
