namespace Sky.Core.Specs;

/// <summary>How many replicas. Defaults are SkyServe's.</summary>
public sealed record ReplicaPolicySpec
{
    public int MinReplicas { get; init; } = 1;

    /// <summary>Null: the same as <see cref="MinReplicas"/> (no autoscaling).</summary>
    public int? MaxReplicas { get; init; }

    /// <summary>Requests a second that one replica should get; null: no autoscaling by request rate, or by accelerator.</summary>
    public double? TargetQpsPerReplica { get; init; }

    /// <summary>The same by accelerator (<c>A100</c> or <c>A100:4</c>, upper case), for <c>instance_aware_least_load</c>; empty when not used.</summary>
    public IReadOnlyDictionary<string, double> TargetQpsPerAccelerator { get; init; } = new Dictionary<string, double>();

    public double UpscaleDelaySeconds { get; init; } = 300;

    public double DownscaleDelaySeconds { get; init; } = 1200;

    /// <summary>Replicas beyond the target, only while the target is not zero.</summary>
    public int NumOverprovision { get; init; }

    public bool DynamicOnDemandFallback { get; init; }

    public int BaseOnDemandFallbackReplicas { get; init; }

    /// <summary><c>dynamic_fallback</c>, <c>adaptive</c> or null.</summary>
    public string? SpotPlacer { get; init; }

    /// <summary>Share of time in which the target shall be ready, above 0 and below 1; for <c>adaptive</c>. Null: its default.</summary>
    public double? AvailabilityTarget { get; init; }

    /// <summary>Further numbers that the replicas follow; of all the one that asks for the most wins.</summary>
    public IReadOnlyList<MetricSpec> Metrics { get; init => field = value ?? []; } = [];

    public int Max => MaxReplicas ?? MinReplicas;

    /// <summary>The number of replicas follows something.</summary>
    public bool Autoscales => FollowsRequests || Metrics.Count > 0;

    /// <summary>It follows <c>target_qps_per_replica</c>.</summary>
    public bool FollowsRequests => TargetQpsPerReplica is not null || TargetQpsPerAccelerator.Count > 0;
}
