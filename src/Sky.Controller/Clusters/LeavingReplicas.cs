using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Controller.Clusters;

/// <summary>Replicas whose nodes are to be emptied.</summary>
internal static class LeavingReplicas
{
    private static readonly IReadOnlyDictionary<ReplicaId, string> _none = new Dictionary<ReplicaId, string>();

    /// <summary>With the reason each; pure.</summary>
    public static IReadOnlyDictionary<ReplicaId, string> Of(ServiceAggregate service, IReadOnlyList<ClusterRecord> clusters)
    {
        Dictionary<ReplicaId, string>? leaving = null;
        foreach (var row in service.Replicas.Where(row => row.Placement.EngineName.StartsWith(EngineName.Swarm, StringComparison.Ordinal)))
        {
            var cluster = clusters.FirstOrDefault(one => EngineName.Of(EngineName.Swarm, one.Name.Value) == row.Placement.EngineName);
            if (cluster?.Nodes.FirstOrDefault(node => node.Name.Value == row.Placement.Node) is { State: ClusterNodeState.Draining or ClusterNodeState.Removing } node)
            {
                (leaving ??= [])[row.Id] = node.State == ClusterNodeState.Draining ? $"node {node.Name} is drained" : $"node {node.Name} is being removed";
            }
        }

        return leaving ?? _none;
    }
}
