using Sky.Core.Store;

namespace Sky.Core.Clouds.Orphans;

/// <summary>
/// Where orphans are kept, and what the store knows of its own life. A write of an orphan carries the row version that was read; false: someone else was there, and
/// nothing was written. Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails.
/// </summary>
public interface IOrphanStore
{
    Task<IReadOnlyList<StoredOrphan>> OrphansAsync(CancellationToken cancellationToken);

    Task<bool> WriteOrphanAsync(StoredOrphan orphan, CancellationToken cancellationToken);

    /// <summary>It is gone, or known.</summary>
    Task<bool> ForgetOrphanAsync(StoredOrphan orphan, CancellationToken cancellationToken);

    /// <summary>Null: nobody wrote it yet.</summary>
    Task<StoreLife?> LifeAsync(CancellationToken cancellationToken);

    Task<bool> WriteLifeAsync(StoreLife life, CancellationToken cancellationToken);
}
