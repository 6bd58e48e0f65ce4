using System.Net;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>The ways to the engines of one cluster's nodes, by their agents, as the cluster is stored now.</summary>
internal sealed class ClusterNodes(ClusterName name, IClusterSource clusters, ClusterAgents agents) : ISwarmNodes
{
    public IReadOnlyList<DockerCalls> Managers =>
    [
        .. Nodes.Where(node => node is { Role: NodeRole.Manager, EngineId: not null, State: not ClusterNodeState.Removing }).Select(node => agents.Docker(name, node)),
    ];

    public DockerCalls? Node(string id) => Find(id) is { } node ? agents.Docker(name, node) : null;

    public Uri? EndpointOf(string node, ReplicaKey replica) => Find(node) is { } found
        ? NodeHost.OfReplica(replica, new NodeKey(name, found.Name), IPAddress.Parse(found.Address)).Endpoint()
        : null;

    private IReadOnlyList<ClusterNode> Nodes => clusters.Current.FirstOrDefault(cluster => cluster.Name == name)?.Nodes ?? [];

    private ClusterNode? Find(string id) => Nodes.FirstOrDefault(node => node.EngineId == id);
}
