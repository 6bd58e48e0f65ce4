using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>The ways to the engines of a cluster's nodes. May change while it is used.</summary>
internal interface ISwarmNodes
{
    /// <summary>Engines of managers.</summary>
    IReadOnlyList<DockerCalls> Managers { get; }

    /// <summary>The engine of the node with that Swarm id; null when no way to it is known.</summary>
    DockerCalls? Node(string id);

    /// <summary>Where the gateway reaches a replica that stands on that node; null when that is not known.</summary>
    Uri? EndpointOf(string node, ReplicaKey replica);
}
