using Sky.Controller.Store;
using Sky.Core.Nodes;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>Tests on a store of their own, with one cluster's name.</summary>
public abstract class ClusterStoreTestBase : IAsyncLifetime
{
    private protected static readonly ClusterName East = new("east");
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-clusters-").FullName;
    private SqliteStore? _store;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected SqliteStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = await SqliteStore.OpenAsync(Path.Combine(_folder, "state.db"), TestSealer.Instance, Cancel);

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
