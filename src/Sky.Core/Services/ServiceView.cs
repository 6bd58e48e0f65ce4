namespace Sky.Core.Services;

/// <summary>A service as <c>sky serve status</c> and the API show it. No secret is in it.</summary>
public sealed record ServiceView
{
    public required string Name { get; init; }

    public required ServiceStatus Status { get; init; }

    /// <summary>The URL requests go to; null when the gateway's address is not known.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The versions that serve now, ascending.</summary>
    public required IReadOnlyList<int> Versions { get; init; }

    public required int TargetVersion { get; init; }

    /// <summary>Whole seconds since a replica was first ready; null when none was.</summary>
    public long? UptimeSeconds { get; init; }

    public required int ReadyReplicas { get; init; }

    /// <summary>Replicas that have not failed, those being stopped included as in SkyServe.</summary>
    public required int TotalReplicas { get; init; }

    /// <summary>What the autoscaler wants now.</summary>
    public required int TargetReplicas { get; init; }

    public int? PinnedReplicas { get; init; }

    /// <summary>Such as <c>Autoscaling from 1 to 3 replicas (target QPS per replica: 5)</c>.</summary>
    public required string AutoscalingPolicy { get; init; }

    public required string LoadBalancingPolicy { get; init; }

    public required string RequestedResources { get; init; }

    public long CutRequests { get; init; }

    /// <summary>What a person should know: a version that was given up, a rollback.</summary>
    public string? Message { get; init; }

    /// <summary>Why changes of replicas wait: what runs them cannot be asked. Null: they do not. What runs goes on, and whether it is reached is said.</summary>
    public string? Trouble { get; init; }

    public required IReadOnlyList<ReplicaView> Replicas { get; init; }
}
