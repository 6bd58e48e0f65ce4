namespace Sky.Core.Services;

/// <summary>
/// A service with all its replica rows and versions, as read from the store in one transaction.
/// <see cref="RowVersion"/> covers all of it: a commit that names another one is refused.
/// </summary>
public sealed record ServiceAggregate
{
    public required ServiceRecord Service { get; init; }

    public required IReadOnlyList<ReplicaRecord> Replicas { get; init; }

    public required IReadOnlyDictionary<int, VersionRecord> Versions { get; init; }

    public required long RowVersion { get; init; }

    /// <summary>The version that is meant to serve.</summary>
    public VersionRecord Target => Versions[Service.TargetVersion];
}
