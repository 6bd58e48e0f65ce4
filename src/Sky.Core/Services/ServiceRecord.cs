using Sky.Core.Autoscaling;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Canaries;

namespace Sky.Core.Services;

/// <summary>A service as stored, without its replicas and versions. Everything a decision needs after a restart is here.</summary>
public sealed record ServiceRecord
{
    public required ServiceName Name { get; init; }

    public required ServicePhase Phase { get; init; }

    /// <summary>The highest version number ever given; numbers are never given twice.</summary>
    public required int LatestVersion { get; init; }

    /// <summary>The version that is meant to serve: the newest after <c>update</c>, an older one after <c>rollback</c>.</summary>
    public required int TargetVersion { get; init; }

    /// <summary>When <see cref="TargetVersion"/> became it.</summary>
    public DateTimeOffset? TargetedAt { get; init; }

    /// <summary>The version in force before the target, one that was ready where there is one; where an automatic rollback goes. Null when the service came up.</summary>
    public int? PreviousVersion { get; init; }

    /// <summary>The version that was given up and left for the target by itself; null once a person says what is to serve.</summary>
    public int? RolledBackFrom { get; init; }

    /// <summary>The one version that gateways are given in a blue-green update, kept so that a switch is not undone by a flicker; null: all that are ready.</summary>
    public int? ServingVersion { get; init; }

    /// <summary>How <see cref="TargetVersion"/> takes over.</summary>
    public UpdateMode Mode { get; init; }

    /// <summary>The id the next replica gets.</summary>
    public required ReplicaId NextReplicaId { get; init; }

    public required AutoscalerState Autoscaler { get; init; }

    /// <summary>What is held on spot nodes, and where; null: no policy of spot has decided yet.</summary>
    public SpotHolding? Spot { get; init; }

    /// <summary>Why it gets no more replicas though more are wanted; null: nothing holds it.</summary>
    public string? HeldByBudget { get; init; }

    /// <summary>How requests are divided among versions; null: they are not.</summary>
    public TrafficSplit? Traffic { get; init; }

    /// <summary>The version that is to take over step by step; null: none is.</summary>
    public CanaryState? Canary { get; init; }

    /// <summary>How many divisions there were so far.</summary>
    public int TrafficGenerations { get; init; }

    /// <summary>The number set by <c>sky serve scale NAME N</c>; null for <c>auto</c>.</summary>
    public int? PinnedReplicas { get; init; }

    public IReadOnlyDictionary<int, VersionProgress> Versions { get; init; } = new Dictionary<int, VersionProgress>();

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a replica was first ready since the service last came up; uptime counts from here.</summary>
    public DateTimeOffset? FirstReadyAt { get; init; }

    /// <summary>Replicas that could not be stopped and were purged: what is left of them is not asked to end again. Newest last.</summary>
    public IReadOnlyList<ReplicaId> GivenUp { get; init; } = [];

    /// <summary><c>down --now</c>: requests in flight are cut, not waited for. False again when the service comes up.</summary>
    public bool CutsNow { get; init; }

    /// <summary>Requests that were cut because draining ran out of time, or was given none.</summary>
    public long CutRequests { get; init; }

    public VersionProgress Progress(int version) => Versions.GetValueOrDefault(version) ?? new VersionProgress();
}
