using Sky.Core.Engines;

namespace Sky.Core.Nodes;

/// <summary>Lets a node that has proved who it is into its cluster. Implemented by the engine that runs clusters.</summary>
public interface IClusterJoin
{
    /// <summary>
    /// How the node is to join. Idempotent: the same node may ask again after a lost answer or when its engine lost its state.
    /// Throws <see cref="EngineException"/> when the cluster cannot tell now (<see cref="EngineFailure.Unavailable"/>) or is not known (<see cref="EngineFailure.Invalid"/>).
    /// </summary>
    Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken);
}
