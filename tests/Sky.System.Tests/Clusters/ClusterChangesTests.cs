using Sky.Controller.Clusters;
using Sky.Controller.Store;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>Clusters in the store: written once each, by whoever read what is there.</summary>
public sealed class ClusterChangesTests : IAsyncLifetime
{
    private static readonly ClusterName _east = new("east");
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-clusters-").FullName;
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
    public async Task What_was_written_is_read_by_another_controller()
    {
        using var changes = new ClusterChanges(_store!, TimeProvider.System);
        await changes.ChangeAsync(_east, (_, now) => new ClusterRecord { Name = _east, CreatedAt = now, Encrypted = true }, Cancel);
        await changes.ChangeAsync(_east, (known, now) => known!.With(Node("a", now)), Cancel);

        using var other = new ClusterChanges(_store!, TimeProvider.System);
        await other.LoadAsync(Cancel);
        var read = Assert.Single(other.Current);
        Assert.Equal(("east", true), (read.Name.Value, read.Encrypted));
        Assert.Equal(changes.Current[0].Nodes.Single(), read.Nodes.Single());
    }

    [Fact]
    public async Task Of_two_that_change_it_at_once_the_second_decides_anew()
    {
        using var first = new ClusterChanges(_store!, TimeProvider.System);
        using var second = new ClusterChanges(_store!, TimeProvider.System);
        await first.ChangeAsync(_east, (_, now) => new ClusterRecord { Name = _east, CreatedAt = now }, Cancel);
        var tries = 0;
        await second.ChangeAsync(
            _east,
            (known, now) =>
            {
                if (tries++ == 0)
                {
                    first.ChangeAsync(_east, (other, then) => other!.With(Node("a", then)), Cancel).GetAwaiter().GetResult();
                }

                return known!.With(Node("b", now));
            },
            Cancel);
        Assert.Equal(2, tries);
        Assert.Equal(["a", "b"], second.Current.Single().Nodes.Select(node => node.Name.Value));
    }

    [Fact]
    public async Task A_cluster_that_is_deleted_is_gone_and_may_be_made_anew()
    {
        using var changes = new ClusterChanges(_store!, TimeProvider.System);
        var made = await changes.ChangeAsync(_east, (_, now) => new ClusterRecord { Name = _east, CreatedAt = now }, Cancel);
        await changes.ChangeAsync(_east, (known, _) => new ClusterDecision { Cluster = known, Deletes = true }, Cancel);
        Assert.Empty(changes.Current);
        Assert.Null((await changes.ChangeAsync(_east, (known, now) => known ?? made.Cluster! with { CreatedAt = now }, Cancel)).Problem);
        Assert.Single(changes.Current);
    }

    private static ClusterNode Node(string name, DateTimeOffset now) =>
        new() { Name = new NodeName(name), Address = "10.0.0.1", Role = NodeRole.Manager, State = ClusterNodeState.Joining, AddedAt = now };
}
