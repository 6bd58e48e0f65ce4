using Sky.Core.Store;

namespace Sky.Core.Keys;

/// <summary>
/// Where keys are kept. Beside <see cref="IStore"/> because keys belong to no service. Every write carries the row version that was read.
/// Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails.
/// </summary>
public interface IKeyStore
{
    /// <summary>All keys there ever were, revoked ones included, by id.</summary>
    Task<IReadOnlyList<StoredKey>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes one key on the row version that was read, 0 for a new one. False: someone else was there, or another key that is not revoked
    /// has the name; nothing was written.
    /// </summary>
    Task<bool> WriteKeyAsync(StoredKey key, CancellationToken cancellationToken);
}
