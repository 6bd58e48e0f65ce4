using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/nodes/tokens</c>.</summary>
public sealed record CreateNodeTokenRequest
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>Null: as the node was announced.</summary>
    public NodeRole? Role { get; init; }
}
