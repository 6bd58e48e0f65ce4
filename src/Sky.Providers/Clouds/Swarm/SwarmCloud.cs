using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clusters;
using Sky.Core.Engines;

namespace Sky.Providers.Clouds.Swarm;

/// <summary>The nodes of clusters: machines one already has, each an offering with what is free of it; the cluster is the region.</summary>
/// <param name="clusters">Those there are.</param>
/// <param name="control">Who looks at them.</param>
public sealed class SwarmCloud(IClusterSource clusters, IClusterControl control) : ICloud
{
    public string Name => EngineName.Swarm;

    /// <summary>A node that is drained or removed takes nothing more at once.</summary>
    public object? Basis => clusters.Current;

    public async Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken)
    {
        // Bought nodes are for the replicas they are bought for.
        var all = clusters.Current.Where(cluster => cluster.Cloud is null).ToList();
        var looks = await Task.WhenAll(all.Select(cluster => control.LookAsync(cluster, cancellationToken)));
        List<Offering> offerings = [.. all.Zip(looks).SelectMany(pair => Of(pair.First, pair.Second))];
        var trouble = all.Zip(looks).Select(pair => pair.Second.Trouble is { } why ? $"cluster {pair.First.Name}: {why}" : null).FirstOrDefault(why => why is not null);
        return offerings.Count > 0 || all.Count == 0
            ? offerings
            : throw new CloudException(CloudFailure.Unavailable, trouble ?? "no node of any cluster takes replicas now (sky cluster list)");
    }

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) =>
        throw new CloudException(CloudFailure.Invalid, "a cluster of one's own machines gets nodes by `sky cluster join`");

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => Task.FromResult<CloudNode?>(null);

    /// <summary>Empty: no node is made, so none is left behind.</summary>
    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CloudNode>>([]);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nodes that take replicas now.</summary>
    private static IEnumerable<Offering> Of(ClusterRecord cluster, ClusterFacts facts) =>
        from node in cluster.Nodes
        let seen = facts.Nodes.GetValueOrDefault(node.Name)
        where node is { State: ClusterNodeState.Ready, EngineId: not null } && seen is { Answers: true, Up: true, Trouble: null }
        select new Offering
        {
            Cloud = EngineName.Swarm,
            Region = cluster.Name.Value,
            InstanceType = node.Name.Value,
            NodeId = node.EngineId,
            Cpus = Math.Max(0, seen.Cpus - seen.CpusTaken),
            Memory = Math.Max(0, Math.Round(seen.Memory - seen.MemoryTaken, 1)),
            HourlyCost = 0,
            Owned = true,
            Engine = EngineName.Of(EngineName.Swarm, cluster.Name.Value),
        };
}
