using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>Where no engine runs clusters: nodes stand alone.</summary>
public sealed class NoClusterControl : IClusterControl
{
    public Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken) =>
        Task.FromResult(new JoinAnswer { Kind = JoinKind.None });

    public Task<ClusterFacts> LookAsync(ClusterRecord cluster, CancellationToken cancellationToken) =>
        Task.FromResult(new ClusterFacts { Trouble = "no engine runs clusters here" });

    public Task RemoveNodeAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken) => Task.CompletedTask;
}
