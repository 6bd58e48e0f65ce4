using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Testing.Store;

/// <summary>A store whose calls can be made to fail or to be the last that a controller makes.</summary>
public sealed class FaultStore(IStore inner) : IStore
{
    /// <summary>Called before and (true) after each commit; what it throws reaches the caller.</summary>
    public Action<ServiceCommit, bool>? OnCommit { get; set; }

    /// <summary>Called with each commit that was really written, before anything else learns of it.</summary>
    public Action<ServiceCommit>? Committed { get; set; }

    /// <summary>True: the next commit is refused as if someone else had written.</summary>
    public Func<bool>? Conflict { get; set; }

    public Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken) => inner.GetOwnerAsync(cancellationToken);

    public Task<IReadOnlyList<ServiceName>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public Task<ServiceAggregate?> LoadAsync(ServiceName service, CancellationToken cancellationToken) => inner.LoadAsync(service, cancellationToken);

    public async Task<bool> CommitAsync(ServiceCommit commit, CancellationToken cancellationToken)
    {
        OnCommit?.Invoke(commit, false);
        if (Conflict?.Invoke() == true)
        {
            return false;
        }

        var committed = await inner.CommitAsync(commit, cancellationToken);
        if (committed)
        {
            Committed?.Invoke(commit);
        }

        OnCommit?.Invoke(commit, true);
        return committed;
    }

    public Task<IReadOnlyList<ServiceEvent>> EventsAsync(ServiceName service, int limit, CancellationToken cancellationToken) =>
        inner.EventsAsync(service, limit, cancellationToken);
}
