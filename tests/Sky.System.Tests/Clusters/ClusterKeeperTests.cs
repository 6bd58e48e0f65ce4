using Microsoft.Extensions.Logging.Abstractions;
using Sky.Controller.Clusters;
using Sky.Controller.Reconciling;
using Sky.Controller.Store;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>What is taken note of between the commands of users.</summary>
public sealed class ClusterKeeperTests : IAsyncLifetime
{
    private static readonly ClusterName _east = new("east");
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-keeper-").FullName;
    private SqliteStore? _store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await SqliteStore.OpenAsync(Path.Combine(_folder, "state.db"), TestSealer.Instance, Cancel);

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_a_cloud_said_to_a_nodes_agent_is_known_to_whoever_plans()
    {
        using var changes = new ClusterChanges(_store!, TimeProvider.System);
        await changes.ChangeAsync(_east, (_, now) => new ClusterRecord { Name = _east, CreatedAt = now }, Cancel);
        using var keeper = new ClusterKeeper(
            changes, new NoClusterControl(), null!, _store!, _store!, new WorkQueue(TimeProvider.System), TimeProvider.System, NullLogger<ClusterKeeper>.Instance);
        var node = new NodeRecord
        {
            Cluster = _east, Node = new NodeName("b"), Role = NodeRole.Worker, PublicKey = "00", NotAfter = DateTimeOffset.UnixEpoch, EnrolledAt = DateTimeOffset.UnixEpoch,
        };
        Assert.True(await _store!.WriteNodeAsync(new StoredNode(node, 0), Cancel));
        await keeper.LookAsync(Cancel);
        Assert.Empty(changes.Notices);

        var stored = await _store.FindNodeAsync(node.Key, Cancel);
        Assert.True(await _store.WriteNodeAsync(stored! with { Node = node with { Notice = new NodeNotice { Kind = NodeNoticeKind.Interruption, Detail = "terminate" } } }, Cancel));
        await keeper.LookAsync(Cancel);
        Assert.Equal("terminate", changes.Notices[node.Key].Detail);
    }
}
