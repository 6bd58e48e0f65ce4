using Sky.Core.Nodes;

namespace Sky.Controller.Nodes;

/// <summary>Where no engine runs clusters: nodes stand alone.</summary>
internal sealed class NoClusters : IClusterJoin
{
    public Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken) =>
        Task.FromResult(new JoinAnswer { Kind = JoinKind.None });
}
