using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Catalog;
using Sky.Core.Clouds.Launching;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Planning;

/// <summary>All that one decision about one service may look at: what is stored, and what was observed.</summary>
public sealed record ServiceSnapshot
{
    public required ServiceAggregate Stored { get; init; }

    /// <summary>
    /// What the engines list of this service; null when none could be asked, then nothing is concluded about any replica.
    /// A replica that is stored as started and not listed here is lost.
    /// </summary>
    public IReadOnlyDictionary<ReplicaId, EngineReplica>? Observed { get; init; }

    /// <summary>Engines that could not be asked though others could: nothing is concluded about what stands there.</summary>
    public IReadOnlyCollection<string> SilentEngines { get; init; } = [];

    /// <summary>Replicas whose nodes are to be emptied, each with the reason: another one takes over before it goes.</summary>
    public IReadOnlyDictionary<ReplicaId, string> Leaving { get; init; } = new Dictionary<ReplicaId, string>();

    /// <summary>The node bought last for each replica; none for what stands on a machine one has, and while none is asked for yet.</summary>
    public IReadOnlyDictionary<ReplicaId, NodeLaunch> Nodes { get; init; } = new Dictionary<ReplicaId, NodeLaunch>();

    /// <summary>Places where clouds refused nodes lately, for whichever service.</summary>
    public IReadOnlyList<NodeLaunch> Refusals { get; init; } = [];

    /// <summary>US dollars that its nodes have cost in the present period of its budget; 0 without one. What has no known price is not in it.</summary>
    public double Spent { get; init; }

    /// <summary>The last probe of each replica that was probed since this controller started.</summary>
    public IReadOnlyDictionary<ReplicaId, ProbeResult> Probes { get; init; } = new Dictionary<ReplicaId, ProbeResult>();

    /// <summary>Failures of effects since the last pass, by replica.</summary>
    public IReadOnlyDictionary<ReplicaId, EffectFailure> EffectFailures { get; init; } = new Dictionary<ReplicaId, EffectFailure>();

    /// <summary>What gateways report.</summary>
    public ServiceLoad Load { get; init; } = new();

    /// <summary>What was read of the metrics of versions that may lead, in the order of their policies.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<MetricSight>> Metrics { get; init; } = new Dictionary<int, IReadOnlyList<MetricSight>>();

    /// <summary>What is known of each version in the present division; empty without a canary.</summary>
    public IReadOnlyDictionary<int, ArmSight> Arms { get; init; } = new Dictionary<int, ArmSight>();

    /// <summary>Ports of this node that are taken by replicas of other services or by anything else; new replicas avoid them.</summary>
    public required IPortSource Ports { get; init; }

    /// <summary>Where replicas of the target version can be placed, best first; empty: nowhere, with <see cref="NoPlacementReason"/>.</summary>
    public required IReadOnlyList<PlacementChoice> Placements { get; init; }

    public string? NoPlacementReason { get; init; }

    /// <summary>What can be had now, to heal an older version that still serves; empty: it is healed where its replicas stand.</summary>
    public IReadOnlyList<Offering> Offerings { get; init; } = [];
}
