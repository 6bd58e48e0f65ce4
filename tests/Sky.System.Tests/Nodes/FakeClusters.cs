using System.Collections.Concurrent;
using Sky.Core.Engines;
using Sky.Core.Nodes;

namespace Sky.SystemTests.Nodes;

/// <summary>Clusters that nodes join with the token that a test says.</summary>
internal sealed class FakeClusters : IClusterJoin
{
    public JoinAnswer Answer { get; set; } = new() { Kind = JoinKind.Join, Token = "SWMTKN-1", Managers = ["10.0.0.1:2377"] };

    public bool Silent { get; set; }

    public ConcurrentQueue<NodeKey> Asked { get; } = new();

    public Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken)
    {
        Asked.Enqueue(new NodeKey(cluster, node));
        return Silent ? throw new EngineException(EngineFailure.Unavailable, "no manager answers") : Task.FromResult(Answer);
    }
}
