using Sky.Controller.Api;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Clusters;

/// <summary>Carries what users want of clusters into the store, one change at a time, and remembers what is there for those who look often.</summary>
internal sealed class ClusterChanges(IClusterStore store, TimeProvider time) : IClusterSource, IDisposable
{
    private const int Attempts = 50;
    private readonly SemaphoreSlim _one = new(1);
    private volatile IReadOnlyList<ClusterRecord> _current = [];
    private IReadOnlyList<StoredCluster> _read = [];
    private volatile IReadOnlyDictionary<NodeKey, NodeNotice> _notices = new Dictionary<NodeKey, NodeNotice>();

    public IReadOnlyList<ClusterRecord> Current => _current;

    public IReadOnlyDictionary<NodeKey, NodeNotice> Notices => _notices;

    /// <summary>Takes note of what clouds say of nodes; true where that is something new.</summary>
    public bool Note(IReadOnlyDictionary<NodeKey, NodeNotice> notices)
    {
        var before = _notices;
        _notices = notices;
        return before.Count != notices.Count || notices.Any(pair => before.GetValueOrDefault(pair.Key) != pair.Value);
    }

    /// <summary>Reads all clusters; to be called before anybody looks.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Reads, decides and writes; when someone else wrote in between, decides anew on what is there then. A decision without a write changes nothing.</summary>
    public async Task<ClusterDecision> ChangeAsync(
        ClusterName name, Func<ClusterRecord?, DateTimeOffset, ClusterDecision> decide, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var stored = (await ReadAsync(cancellationToken)).FirstOrDefault(other => other.Cluster.Name == name);
                var decision = decide(stored?.Cluster, time.GetUtcNow());
                if (decision.Cluster is null || (!decision.Deletes && ReferenceEquals(decision.Cluster, stored?.Cluster)) || await WriteAsync(decision, stored, cancellationToken))
                {
                    await ReadAsync(cancellationToken);
                    return decision;
                }
            }

            return Problem.Unavailable("The clusters are changing too fast: try again.");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private Task<bool> WriteAsync(ClusterDecision decision, StoredCluster? stored, CancellationToken cancellationToken) => decision.Deletes
        ? store.DeleteClusterAsync(decision.Cluster!.Name, stored?.RowVersion ?? 0, cancellationToken)
        : store.WriteClusterAsync(new StoredCluster(decision.Cluster!, stored?.RowVersion ?? 0), cancellationToken);

    private static (ClusterName Name, DateTimeOffset CreatedAt, long RowVersion) Version(StoredCluster stored) => (stored.Cluster.Name, stored.Cluster.CreatedAt, stored.RowVersion);

    private async Task<IReadOnlyList<StoredCluster>> ReadAsync(CancellationToken cancellationToken)
    {
        var all = await store.ClustersAsync(cancellationToken);

        // The same list as long as nothing is written: who remembers what follows from it sees by that whether it still does.
        if (!all.Select(Version).SequenceEqual(_read.Select(Version)))
        {
            (_read, _current) = (all, [.. all.Select(stored => stored.Cluster)]);
        }

        return all;
    }
}
