using Sky.Core.Services;

namespace Sky.Core.Store;

/// <summary>
/// Where intent is kept. Every write is one transaction on one service and carries the row version that was read.
/// Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails (disk full, file corrupt,
/// database gone); then nothing of that write was done, or its outcome shows at the next read.
/// </summary>
public interface IStore
{
    /// <summary>The random id made with the store; the same for its whole life.</summary>
    Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken);

    /// <summary>The names of all services, those that are down included, in ordinal order.</summary>
    Task<IReadOnlyList<ServiceName>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The service with its replicas and versions, or null when there never was one of that name.</summary>
    Task<ServiceAggregate?> LoadAsync(ServiceName service, CancellationToken cancellationToken);

    /// <summary>
    /// Writes all of <paramref name="commit"/> or nothing. False: the row is not at <see cref="ServiceCommit.ExpectedRowVersion"/>
    /// any more (someone else was there): drop what was decided and look again.
    /// </summary>
    Task<bool> CommitAsync(ServiceCommit commit, CancellationToken cancellationToken);

    /// <summary>The newest events of a service, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ServiceEvent>> EventsAsync(ServiceName service, int limit, CancellationToken cancellationToken);
}
