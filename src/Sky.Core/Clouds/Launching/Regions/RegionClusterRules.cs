using Sky.Core.Catalog;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Placement;

namespace Sky.Core.Clouds.Launching.Regions;

/// <summary>
/// The life of the cluster of a region: it is made with the first node that is wanted there, has one manager of its own, which is on-demand and runs no replica,
/// and goes when it has been empty for a while. Pure.
/// </summary>
public static class RegionClusterRules
{
    /// <summary>How long a cluster without nodes keeps its manager: a service that comes back, or grows again, finds it.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMinutes(10);

    /// <summary>What a manager needs at least: Swarm's own requirement is small, an agent and the images' registry traffic are not its.</summary>
    public const double ManagerCpus = 2;

    /// <summary>In GB (2^30 bytes).</summary>
    public const double ManagerMemory = 4;

    private const int ManagerChoices = 40;

    /// <summary>Whether the cluster is to be there: a node of it is wanted or not gone yet, or it is empty for a short while only. For that a manager is kept, never bought.</summary>
    /// <param name="launches">All purchases of its nodes that are remembered.</param>
    /// <param name="linger">How long it is kept empty.</param>
    /// <param name="now">The time.</param>
    public static bool IsNeeded(IReadOnlyList<NodeLaunch> launches, TimeSpan linger, DateTimeOffset now)
    {
        var workers = launches.Where(launch => launch.Replica is not null).ToList();
        return workers.Exists(worker => !worker.IsOver)
            || (launches.Any(launch => launch is { Replica: null, State: NodeLaunchState.Booting or NodeLaunchState.Ready })
                && workers.Exists(worker => worker is { LaunchedAt: not null, EndedAt: { } end } && now - end < linger));
    }

    /// <summary>Its managers, the first attempt first: those bought since it was made.</summary>
    public static IReadOnlyList<NodeLaunch> Managers(ClusterRecord cluster, IEnumerable<NodeLaunch> launches) =>
    [
        .. launches.Where(launch => launch.Replica is null && launch.CreatedAt >= cluster.CreatedAt && RegionCluster.Of(launch)?.Name == cluster.Name)
            .OrderBy(launch => launch.Request.Attempt),
    ];

    /// <summary>How it is, for the nodes that are to join it.</summary>
    /// <param name="managers">As <see cref="Managers"/> gives them.</param>
    /// <param name="mayBuy">Whether there is a place left to try for a manager.</param>
    public static RegionClusterSight Sight(IReadOnlyList<NodeLaunch> managers, bool mayBuy) => managers is not [.., var last]
        ? new RegionClusterSight(false, null, IsLost: false)
        : last.State switch
        {
            NodeLaunchState.Booting or NodeLaunchState.Ready => new RegionClusterSight(true, null, IsLost: false),
            NodeLaunchState.Void when !mayBuy => new RegionClusterSight(
                false, new CloudException(last.Failure ?? CloudFailure.NoCapacity, $"no manager for its cluster: {last.Reason}"), IsLost: false),
            NodeLaunchState.Void or NodeLaunchState.Requested => new RegionClusterSight(false, null, IsLost: false),
            _ => new RegionClusterSight(false, null, IsLost: last.LaunchedAt is not null || last.State == NodeLaunchState.Ended),
        };

    /// <summary>Whether a manager is to be asked for: there is none, or the last was refused.</summary>
    public static bool LacksManager(IReadOnlyList<NodeLaunch> managers) => managers is not [.., var last] || last.State == NodeLaunchState.Void;

    /// <summary>What to buy as the manager: the cheapest that is enough, never spot, and not where it was refused lately; null: nothing now.</summary>
    /// <param name="region">Where.</param>
    /// <param name="offerings">All that its cloud has.</param>
    /// <param name="refusals">Nodes that clouds refused lately.</param>
    /// <param name="now">The time.</param>
    public static Offering? Manager(RegionCluster region, IEnumerable<Offering> offerings, IReadOnlyList<NodeLaunch> refusals, DateTimeOffset now)
    {
        var enough = offerings
            .Where(offering => offering is { UseSpot: false, Accelerator: null, HourlyCost: not null, Cpus: >= ManagerCpus, Memory: >= ManagerMemory, Architecture: null or "x86_64" }
                && RegionCluster.Of(offering) == region)
            .OrderBy(offering => offering.HourlyCost).ThenBy(offering => offering.InstanceType, StringComparer.Ordinal).ThenBy(offering => offering.Zone, StringComparer.Ordinal)
            .Take(ManagerChoices).ToList();
        var memory = PlaceMemory.Of(refusals);
        return enough.Find(offering => memory.AvoidedUntil(ReplicaPlacement.Of(offering), now) is null);
    }

    /// <summary>The cluster with nodes announced that have an address, and those going out that are to go; the same where nothing changes.</summary>
    /// <param name="cluster">As it is.</param>
    /// <param name="launches">All purchases of its nodes that are remembered.</param>
    /// <param name="now">The time.</param>
    public static ClusterRecord Follow(ClusterRecord cluster, IReadOnlyList<NodeLaunch> launches, DateTimeOffset now)
    {
        var lost = Sight(Managers(cluster, launches), mayBuy: true).IsLost;
        var staying = launches.Where(launch => !lost && launch.State is NodeLaunchState.Booting or NodeLaunchState.Ready).ToDictionary(launch => launch.Id.Value);
        foreach (var node in cluster.Nodes.Where(node => node.State != ClusterNodeState.Removing && !staying.ContainsKey(node.Name.Value)))
        {
            cluster = cluster.With(node with { State = ClusterNodeState.Removing });
        }

        // The manager comes first: the others join it.
        foreach (var launch in staying.Values.Where(launch => launch.Address is not null).OrderBy(launch => launch.Replica is not null).ThenBy(launch => launch.CreatedAt))
        {
            var known = cluster.Find(new NodeName(launch.Id.Value));
            if (known is null || (known.State == ClusterNodeState.Joining && (known.Address, known.PrivateAddress) != (launch.Address, launch.PrivateAddress)))
            {
                cluster = ClusterRules.Join(cluster, Announced(launch, known, now), out _) ?? cluster;
            }
        }

        return cluster;
    }

    /// <summary>Whether nothing is left of it and nothing is to come.</summary>
    /// <param name="cluster">As it is.</param>
    /// <param name="launches">All purchases of its nodes that are remembered.</param>
    /// <param name="needed">As <see cref="IsNeeded"/> says.</param>
    public static bool IsOver(ClusterRecord cluster, IReadOnlyList<NodeLaunch> launches, bool needed)
    {
        var managers = Managers(cluster, launches);
        return cluster.Nodes.Count == 0
            && managers.All(manager => manager.IsOver)
            && !launches.Any(launch => launch.State is NodeLaunchState.Booting or NodeLaunchState.Ready or NodeLaunchState.Ending)
            && (!needed || Sight(managers, mayBuy: true).IsLost);
    }

    private static ClusterNode Announced(NodeLaunch launch, ClusterNode? known, DateTimeOffset now) => new()
    {
        Name = new NodeName(launch.Id.Value),
        Address = launch.Address!,
        PrivateAddress = launch.PrivateAddress,
        Role = launch.Replica is null ? NodeRole.Manager : NodeRole.Worker,
        Spot = launch.Request.Offering.UseSpot,
        State = ClusterNodeState.Joining,
        AddedAt = known?.AddedAt ?? now,
    };
}
