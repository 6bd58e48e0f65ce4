using Microsoft.Extensions.Logging;
using Sky.Controller.Api;
using Sky.Controller.Clusters;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Controller.Launching;

/// <summary>
/// Makes the cluster of a region before the first node is bought there, and its manager with it; announces nodes to it once they have an address, has those
/// taken out that are gone, and forgets it when it has been empty for a while. What it does follows from what is stored: it may be killed at any instruction.
/// </summary>
internal sealed partial class RegionClusters(ClusterChanges changes, CloudCalls clouds, NodeOrders orders, NodeBook book, TimeProvider time, ILogger<RegionClusters> logger)
{
    private readonly Dictionary<ClusterName, RegionClusterSight> _sights = [];
    private bool _loaded;

    /// <summary>Sees to the clusters of the nodes that are wanted. Their managers are ordered, and are in <paramref name="stored"/> afterwards.</summary>
    /// <param name="owner">Of the store.</param>
    /// <param name="stored">All purchases that are remembered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The managers that are wanted.</returns>
    public async Task<IReadOnlySet<NodeId>> PrepareAsync(
        OwnerId owner, Dictionary<NodeId, StoredNodeLaunch> stored, CancellationToken cancellationToken)
    {
        if (!_loaded)
        {
            await changes.LoadAsync(cancellationToken);
            _loaded = true;
        }

        _sights.Clear();
        HashSet<NodeId> managers = [];
        foreach (var (region, launches) in Regions(stored).ToList())
        {
            if (IsNeeded(launches) && await ManagerAsync(owner, region, launches, stored, cancellationToken) is { } manager)
            {
                managers.Add(manager);
            }
        }

        return managers;
    }

    /// <summary>How the cluster is that a node joins, and the node's id in it.</summary>
    public NodeSight Of(NodeLaunch launch, NodeSight seen)
    {
        if (RegionCluster.Of(launch)?.Name is not { } name)
        {
            return seen;
        }

        var member = Find(name)?.Find(new NodeName(launch.Id.Value));
        return seen with { EngineId = member is { State: ClusterNodeState.Ready or ClusterNodeState.Draining } ? member.EngineId : null, Cluster = launch.Replica is null ? null : _sights.GetValueOrDefault(name) };
    }

    /// <summary>Brings clusters up to what became of their nodes.</summary>
    public async Task FollowAsync(Dictionary<NodeId, StoredNodeLaunch> stored, CancellationToken cancellationToken)
    {
        var all = Regions(stored).ToDictionary(pair => pair.Region.Name, pair => pair.Launches);
        foreach (var cluster in changes.Current.Where(cluster => cluster.Cloud is not null).ToList())
        {
            var launches = all.GetValueOrDefault(cluster.Name, []);
            var now = time.GetUtcNow();
            if (RegionClusterRules.IsOver(cluster, launches, IsNeeded(launches)))
            {
                await changes.ChangeAsync(cluster.Name, (known, _) => known is { Nodes.Count: 0 } ? new ClusterDecision { Cluster = known, Deletes = true } : new ClusterDecision(), cancellationToken);
                LogOver(cluster.Name);
            }
            else if (!ReferenceEquals(RegionClusterRules.Follow(cluster, launches, now), cluster))
            {
                await changes.ChangeAsync(cluster.Name, (known, _) => known is null ? new ClusterDecision() : RegionClusterRules.Follow(known, launches, now), cancellationToken);
            }
        }
    }

    private static IEnumerable<(RegionCluster Region, IReadOnlyList<NodeLaunch> Launches)> Regions(Dictionary<NodeId, StoredNodeLaunch> stored) =>
        from launch in stored.Values.Select(one => one.Launch)
        let region = RegionCluster.Of(launch)
        where region is not null
        group launch by region.Value into same
        select (same.Key, (IReadOnlyList<NodeLaunch>)[.. same]);

    private bool IsNeeded(IReadOnlyList<NodeLaunch> launches) =>
        RegionClusterRules.IsNeeded(launches, book.GivesAllBack ? TimeSpan.Zero : RegionClusterRules.Linger, time.GetUtcNow());

    private ClusterRecord? Find(ClusterName name) => changes.Current.FirstOrDefault(cluster => cluster.Name == name);

    /// <summary>The manager that is wanted; null while none can be had.</summary>
    private async Task<NodeId?> ManagerAsync(
        OwnerId owner, RegionCluster region, IReadOnlyList<NodeLaunch> launches, Dictionary<NodeId, StoredNodeLaunch> stored, CancellationToken cancellationToken)
    {
        var decision = await changes.ChangeAsync(region.Name, (known, now) => Made(region, known, now), cancellationToken);
        if (decision.Cluster is not { } cluster)
        {
            _sights[region.Name] = new RegionClusterSight(false, new CloudException(CloudFailure.Invalid, decision.Problem!.Error.Message), IsLost: false);
            return null;
        }

        var managers = RegionClusterRules.Managers(cluster, launches);
        var mayBuy = true;
        if (RegionClusterRules.LacksManager(managers))
        {
            mayBuy = await OrderAsync(owner, region, cluster, managers, stored, cancellationToken);
            managers = RegionClusterRules.Managers(cluster, stored.Values.Select(one => one.Launch));
        }

        _sights[region.Name] = RegionClusterRules.Sight(managers, mayBuy);
        return managers is [.., var last] && !_sights[region.Name].IsLost ? last.Id : null;
    }

    /// <summary>False: there is nothing left to try now.</summary>
    private async Task<bool> OrderAsync(
        OwnerId owner, RegionCluster region, ClusterRecord cluster, IReadOnlyList<NodeLaunch> managers, Dictionary<NodeId, StoredNodeLaunch> stored, CancellationToken cancellationToken)
    {
        if (await clouds.OfferingsAsync(region.Cloud, cancellationToken) is not { } offerings)
        {
            return true;
        }

        if (RegionClusterRules.Manager(region, offerings, [.. stored.Values.Select(one => one.Launch).Where(launch => launch.State == NodeLaunchState.Void)], time.GetUtcNow()) is not { } offering)
        {
            return false;
        }

        // Those that are forgotten had a number too.
        for (var attempt = (managers is [.., var last] ? last.Request.Attempt : 0) + 1; ; attempt++)
        {
            var id = NodeNames.OfManager(owner, cluster, attempt);
            var placed = await orders.PlaceAsync(id, attempt, offering, null, cancellationToken);
            if (placed is not { Launch.State: NodeLaunchState.Void })
            {
                if (placed is not null)
                {
                    stored[id] = placed;
                }

                return true;
            }
        }
    }

    private static ClusterDecision Made(RegionCluster region, ClusterRecord? known, DateTimeOffset now) => known switch
    {
        null => new ClusterRecord { Name = region.Name, Cloud = region.Cloud, Region = region.Region, CreatedAt = now },
        { Cloud: null } => Problem.Conflict("exists", $"a cluster of one's own machines is called {region.Name}: remove it, so that nodes bought there can form theirs"),
        _ => known,
    };

    [LoggerMessage(2113, LogLevel.Information, "cluster {Cluster} is over: none of its nodes is left")]
    private partial void LogOver(ClusterName cluster);
}
