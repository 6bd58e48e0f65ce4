namespace Sky.Core.Clouds.Orphans;

/// <summary>A row, and the version that a write of it must name; 0 for a new one.</summary>
public sealed record StoredOrphan(OrphanNode Orphan, long RowVersion);
