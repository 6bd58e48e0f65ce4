using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>What one pass decided: rows to write, in one transaction, and then effects, each of which may be repeated.</summary>
public sealed record Plan
{
    public required ServiceRecord Service { get; init; }

    public IReadOnlyList<ReplicaRecord> Upserts { get; init; } = [];

    public IReadOnlyList<ReplicaId> Removals { get; init; } = [];

    public IReadOnlyList<ServiceEvent> Events { get; init; } = [];

    /// <summary>To be done after the rows are written. Derived from the rows as they will be: a crash in between only repeats them.</summary>
    public IReadOnlyList<PlannedEffect> Effects { get; init; } = [];

    /// <summary>When to look again though nothing happened; null for never.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>False when there is nothing to write.</summary>
    public required bool Changed { get; init; }
}
