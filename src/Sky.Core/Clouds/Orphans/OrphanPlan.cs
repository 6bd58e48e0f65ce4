namespace Sky.Core.Clouds.Orphans;

/// <summary>What one look at one cloud came to. The writes go first.</summary>
/// <param name="Writes">Rows that are new or changed.</param>
/// <param name="Forgotten">Rows of what is gone or known.</param>
/// <param name="Remove">What the cloud is then asked to remove: rows as they will be.</param>
public sealed record OrphanPlan(IReadOnlyList<StoredOrphan> Writes, IReadOnlyList<StoredOrphan> Forgotten, IReadOnlyList<OrphanNode> Remove);
