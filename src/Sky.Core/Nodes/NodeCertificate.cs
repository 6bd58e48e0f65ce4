namespace Sky.Core.Nodes;

/// <summary>Answer of <c>POST /enrol</c> and <c>POST /renew</c>.</summary>
public sealed record NodeCertificate
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary>PEM.</summary>
    public required string Certificate { get; init; }

    /// <summary>The CA's own certificate (PEM).</summary>
    public required string Ca { get; init; }

    /// <summary>The id that marks all that this controller makes (<see cref="ReplicaLabels.Owner"/>); null where it is not said.</summary>
    public string? Owner { get; init; }

    /// <summary>How the node joins its cluster; null in the answer to a renewal.</summary>
    public JoinAnswer? Join { get; init; }
}
