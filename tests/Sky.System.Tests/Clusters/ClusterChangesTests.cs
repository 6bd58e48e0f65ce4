using Sky.Controller.Clusters;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>Clusters in the store: written once each, by whoever read what is there.</summary>
public sealed class ClusterChangesTests : ClusterStoreTestBase
{
    [Fact]
    public async Task What_was_written_is_read_by_another_controller()
    {
        using var changes = new ClusterChanges(Store, TimeProvider.System);
        await changes.ChangeAsync(East, (_, now) => new ClusterRecord { Name = East, CreatedAt = now, Encrypted = true }, Cancel);
        await changes.ChangeAsync(East, (known, now) => known!.With(Node("a", now)), Cancel);

        using var other = new ClusterChanges(Store, TimeProvider.System);
        await other.LoadAsync(Cancel);
        var read = Assert.Single(other.Current);
        Assert.Equal(("east", true), (read.Name.Value, read.Encrypted));
        Assert.Equal(changes.Current[0].Nodes.Single(), read.Nodes.Single());
    }

    [Fact]
    public async Task Of_two_that_change_it_at_once_the_second_decides_anew()
    {
        using var first = new ClusterChanges(Store, TimeProvider.System);
        using var second = new ClusterChanges(Store, TimeProvider.System);
        await first.ChangeAsync(East, (_, now) => new ClusterRecord { Name = East, CreatedAt = now }, Cancel);
        var tries = 0;
        await second.ChangeAsync(
            East,
            (known, now) =>
            {
                if (tries++ == 0)
                {
                    first.ChangeAsync(East, (other, then) => other!.With(Node("a", then)), Cancel).GetAwaiter().GetResult();
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
        using var changes = new ClusterChanges(Store, TimeProvider.System);
        var made = await changes.ChangeAsync(East, (_, now) => new ClusterRecord { Name = East, CreatedAt = now }, Cancel);
        await changes.ChangeAsync(East, (known, _) => new ClusterDecision { Cluster = known, Deletes = true }, Cancel);
        Assert.Empty(changes.Current);
        Assert.Null((await changes.ChangeAsync(East, (known, now) => known ?? made.Cluster! with { CreatedAt = now }, Cancel)).Problem);
        Assert.Single(changes.Current);
    }

    private static ClusterNode Node(string name, DateTimeOffset now) =>
        new() { Name = new NodeName(name), Address = "10.0.0.1", Role = NodeRole.Manager, State = ClusterNodeState.Joining, AddedAt = now };
}
