namespace Sky.Core.Nodes;

/// <summary>An enrolment token as it is kept: what it is for, and who used it.</summary>
public sealed record EnrolmentRecord
{
    public required string Id { get; init; }

    /// <summary><see cref="EnrolmentToken.HashOf"/> of its secret.</summary>
    public required string SecretHash { get; init; }

    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    public required NodeRole Role { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>SHA-256 of the public key it was used with; null while it is unused.</summary>
    public string? PublicKey { get; init; }

    /// <summary>What was issued for it (PEM); null while it is unused. A certificate is no secret.</summary>
    public string? Certificate { get; init; }
}
