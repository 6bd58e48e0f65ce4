using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Testing.Store;

/// <summary>A store in memory that keeps the whole contract; it outlives the controllers that use it.</summary>
public sealed class InMemoryStore : IStore
{
    private const int KeptEvents = 500;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<ServiceName, ServiceAggregate> _services = [];
    private readonly Dictionary<ServiceName, List<ServiceEvent>> _events = [];

    public Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken) => Task.FromResult(new OwnerId("memory"));

    public Task<IReadOnlyList<ServiceName>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ServiceName>>([.. _services.Keys]);
        }
    }

    public Task<ServiceAggregate?> LoadAsync(ServiceName service, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_services.GetValueOrDefault(service));
        }
    }

    public Task<bool> CommitAsync(ServiceCommit commit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Commit(commit));
        }
    }

    public Task<IReadOnlyList<ServiceEvent>> EventsAsync(ServiceName service, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ServiceEvent>>([.. (_events.GetValueOrDefault(service) ?? []).TakeLast(limit)]);
        }
    }

    private bool Commit(ServiceCommit commit)
    {
        var name = commit.Service.Name;
        var stored = _services.GetValueOrDefault(name);
        if ((stored?.RowVersion ?? 0) != commit.ExpectedRowVersion)
        {
            return false;
        }

        var versions = stored?.Versions.ToDictionary() ?? [];
        if (commit.NewVersion is { } version)
        {
            versions.Add(version.Number, version);
        }

        var replicas = new SortedDictionary<ReplicaId, ReplicaRecord>((stored?.Replicas ?? []).ToDictionary(replica => replica.Id));
        foreach (var replica in commit.Upserts)
        {
            replicas[replica.Id] = replica;
        }

        foreach (var removed in commit.Removals)
        {
            replicas.Remove(removed);
        }

        _services[name] = new ServiceAggregate
        {
            Service = commit.Service,
            Replicas = [.. replicas.Values],
            Versions = versions,
            RowVersion = commit.ExpectedRowVersion + 1,
        };
        Note(name, commit.Events);
        return true;
    }

    private void Note(ServiceName name, IReadOnlyList<ServiceEvent> happened)
    {
        if (!_events.TryGetValue(name, out var events))
        {
            _events[name] = events = [];
        }

        events.AddRange(happened);
        events.RemoveRange(0, Math.Max(0, events.Count - KeptEvents));
    }
}
