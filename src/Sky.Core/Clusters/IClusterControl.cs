using Sky.Core.Engines;
using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>What a controller asks of the engine that runs clusters.</summary>
public interface IClusterControl : IClusterJoin
{
    /// <summary>Looks at the cluster's nodes. Never fails: what cannot be seen is said. Bounded in time.</summary>
    Task<ClusterFacts> LookAsync(ClusterRecord cluster, CancellationToken cancellationToken);

    /// <summary>Takes the node out of the cluster, whether it answers or not; one that is not part of it is done.</summary>
    /// <exception cref="EngineException"><see cref="EngineFailure.Unavailable"/>: the managers cannot do it now.</exception>
    Task RemoveNodeAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken);
}
