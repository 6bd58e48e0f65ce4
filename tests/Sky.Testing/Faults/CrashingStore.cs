using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Testing.Faults;

/// <summary>A store whose user may die before (<c>commit</c>) and after (<c>committed</c>) each write.</summary>
public sealed class CrashingStore(IStore inner, CrashPoint point) : IStore
{
    public Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken) => inner.GetOwnerAsync(cancellationToken);

    public async Task<IReadOnlyList<ServiceName>> ListAsync(CancellationToken cancellationToken)
    {
        await point.PassAsync("read", cancellationToken);
        return await inner.ListAsync(cancellationToken);
    }

    public async Task<ServiceAggregate?> LoadAsync(ServiceName service, CancellationToken cancellationToken)
    {
        await point.PassAsync("read", cancellationToken);
        return await inner.LoadAsync(service, cancellationToken);
    }

    public async Task<bool> CommitAsync(ServiceCommit commit, CancellationToken cancellationToken)
    {
        await point.PassAsync("commit", cancellationToken);
        var committed = await inner.CommitAsync(commit, cancellationToken);
        await point.PassAsync("committed", cancellationToken);
        return committed;
    }

    public Task<IReadOnlyList<ServiceEvent>> EventsAsync(ServiceName service, int limit, CancellationToken cancellationToken) =>
        inner.EventsAsync(service, limit, cancellationToken);
}
