namespace Sky.Core.Nodes;

/// <summary>A node that enrolled.</summary>
public sealed record NodeRecord
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary>SHA-256 of the public key that was last certified for it.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The end of its certificate.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    /// <summary>Set: its certificate is not renewed any more, and nothing it says is listened to.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>What its cloud last said of its end; null for nothing.</summary>
    public NodeNotice? Notice { get; init; }

    public NodeKey Key => new(Cluster, Node);
}
