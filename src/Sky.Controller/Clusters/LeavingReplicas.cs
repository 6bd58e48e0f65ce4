using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Controller.Clusters;

/// <summary>Replicas whose nodes are to be emptied.</summary>
internal static class LeavingReplicas
{
    private static readonly IReadOnlyDictionary<ReplicaId, string> _none = new Dictionary<ReplicaId, string>();

    /// <summary>With the reason each; pure.</summary>
    public static IReadOnlyDictionary<ReplicaId, string> Of(ServiceAggregate service, IClusterSource clusters)
    {
        Dictionary<ReplicaId, string>? leaving = null;
        foreach (var row in service.Replicas.Where(row => row.Placement.EngineName.StartsWith(EngineName.Swarm, StringComparison.Ordinal)))
        {
            if (Reason(row, clusters) is { } reason)
            {
                (leaving ??= [])[row.Id] = reason;
            }
        }

        return leaving ?? _none;
    }

    private static string? Reason(ReplicaRecord row, IClusterSource clusters)
    {
        var cluster = clusters.Current.FirstOrDefault(one => EngineName.Of(EngineName.Swarm, one.Name.Value) == row.Placement.EngineName);
        return cluster?.Nodes.FirstOrDefault(node => node.Name.Value == row.Placement.Node) switch
        {
            null => null,
            { State: ClusterNodeState.Draining } node => $"node {node.Name} is drained",
            { State: ClusterNodeState.Removing } node => $"node {node.Name} is being removed",
            var node when clusters.Notices.GetValueOrDefault(new NodeKey(cluster.Name, node.Name)) is { Kind: NodeNoticeKind.Interruption } notice =>
                $"its cloud takes node {node.Name} away ({notice.Detail})",
            _ => null,
        };
    }
}
