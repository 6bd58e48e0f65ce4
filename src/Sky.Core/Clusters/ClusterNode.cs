using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>A machine of a cluster as stored.</summary>
public sealed record ClusterNode
{
    public required NodeName Name { get; init; }

    /// <summary>An IP address at which gateways, the controller and, unless there is another for them, the other nodes reach it.</summary>
    public required string Address { get; init; }

    /// <summary>The IP address at which the other nodes reach it in its cloud's network, where the cloud tells; null for machines one has: the same.</summary>
    public string? PrivateAddress { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary>It may be taken away by its cloud; such a one is never a manager.</summary>
    public bool Spot { get; init; }

    public required ClusterNodeState State { get; init; }

    /// <summary>The engine's own id of it; null until it has joined.</summary>
    public string? EngineId { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
}
