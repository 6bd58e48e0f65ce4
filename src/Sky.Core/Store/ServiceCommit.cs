using Sky.Core.Services;

namespace Sky.Core.Store;

/// <summary>One atomic change of one service.</summary>
public sealed record ServiceCommit
{
    /// <summary>The row version that was read; 0 to create the service, which fails when it exists.</summary>
    public required long ExpectedRowVersion { get; init; }

    public required ServiceRecord Service { get; init; }

    /// <summary>Replica rows to insert or replace, by id.</summary>
    public IReadOnlyList<ReplicaRecord> Upserts { get; init; } = [];

    /// <summary>Replica rows to delete. Unknown ones are ignored.</summary>
    public IReadOnlyList<ReplicaId> Removals { get; init; } = [];

    /// <summary>A version to add; its number must be new.</summary>
    public VersionRecord? NewVersion { get; init; }

    public IReadOnlyList<ServiceEvent> Events { get; init; } = [];
}
