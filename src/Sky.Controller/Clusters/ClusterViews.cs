using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Clusters;

/// <summary>Puts together what is stored of clusters, what is seen of them, and the replicas that stand there.</summary>
internal sealed class ClusterViews(ClusterChanges changes, IClusterControl control, IStore store)
{
    public async Task<IReadOnlyList<ClusterView>> AllAsync(CancellationToken cancellationToken)
    {
        await changes.LoadAsync(cancellationToken);
        var rows = await RowsAsync(cancellationToken);
        return [.. await Task.WhenAll(changes.Current.Select(cluster => OfAsync(cluster, rows, cancellationToken)))];
    }

    /// <summary>Replicas that stand on a node and have not ended.</summary>
    public async Task<int> ReplicasAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken) =>
        Count(await RowsAsync(cancellationToken), cluster, node);

    private async Task<ClusterView> OfAsync(ClusterRecord cluster, IReadOnlyList<ReplicaRecord> rows, CancellationToken cancellationToken)
    {
        var facts = await control.LookAsync(cluster, cancellationToken);
        return new ClusterView
        {
            Name = cluster.Name.Value,
            CreatedAt = cluster.CreatedAt,
            Encrypted = cluster.Encrypted,
            Trouble = facts.Trouble,
            Advice = ClusterRules.Advice(cluster),
            Nodes = [.. cluster.Nodes.Select(node => ClusterNodeView.From(node, facts.Nodes.GetValueOrDefault(node.Name), Count(rows, cluster, node)))],
        };
    }

    private async Task<IReadOnlyList<ReplicaRecord>> RowsAsync(CancellationToken cancellationToken)
    {
        List<ReplicaRecord> rows = [];
        foreach (var name in await store.ListAsync(cancellationToken))
        {
            rows.AddRange((await store.LoadAsync(name, cancellationToken))?.Replicas ?? []);
        }

        return rows;
    }

    private static int Count(IReadOnlyList<ReplicaRecord> rows, ClusterRecord cluster, ClusterNode node) => rows.Count(row =>
        !row.State.IsTerminal() && row.Placement.Node == node.Name.Value && row.Placement.EngineName == EngineName.Of(EngineName.Swarm, cluster.Name.Value));
}
