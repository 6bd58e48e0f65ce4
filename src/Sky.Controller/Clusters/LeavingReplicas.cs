using Sky.Controller.Launching;
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
    public static IReadOnlyDictionary<ReplicaId, string> Of(ServiceAggregate service, IClusterSource clusters, NodeBook nodes)
    {
        Dictionary<ReplicaId, string>? leaving = null;
        foreach (var row in service.Replicas.Where(row => row.NodeAttempt > 0 || row.Placement.EngineName.StartsWith(EngineName.Swarm, StringComparison.Ordinal)))
        {
            if ((Reason(row, clusters) ?? Reason(row, nodes)) is { } reason)
            {
                (leaving ??= [])[row.Id] = reason;
            }
        }

        return leaving ?? _none;
    }

    /// <summary>What its cloud says of the node itself; the agent there may have heard it before, or never.</summary>
    private static string? Reason(ReplicaRecord row, NodeBook nodes) =>
        row.NodeAttempt > 0 && nodes.Of(row.Service).GetValueOrDefault(row.Id) is { IsLost: false, Notice: { Kind: NodeNoticeKind.Interruption } notice } node
            ? $"its cloud takes node {node.Id} away ({notice.Detail})"
            : null;

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
