using Sky.Core.Services;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>A node that is to be emptied: its replicas are replaced before they go.</summary>
public sealed class EvictTests
{
    [Fact]
    public void A_replica_goes_once_another_serves_in_its_place()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        world.Leaving[new ReplicaId(1)] = "node a is drained";
        var fewest = int.MaxValue;
        world.Run(40, () => fewest = Math.Min(fewest, world.Ready.Count()));

        Assert.Equal(2, fewest);
        Assert.Equal([2, 3], world.Ready.Select(row => row.Id.Value));
        Assert.Contains(world.Events, line => line.Contains("READY → DRAINING: node a is drained", StringComparison.Ordinal));
        Assert.Equal(3, world.Launches);
    }

    [Fact]
    public void Gateways_are_told_at_once_and_again_when_it_stays_after_all()
    {
        var world = new World(TestSpec.Of()) { Healthy = row => row.Id.Value == 1 };
        world.Run(3);
        world.Leaving[new ReplicaId(1)] = "node a is drained";
        world.Run(1);
        Assert.True(world.Served.Single(one => one.Id.Value == 1).Leaving);
        world.Leaving.Clear();
        world.Run(1);
        Assert.False(world.Served.Single(one => one.Id.Value == 1).Leaving);
    }

    [Fact]
    public void It_stays_while_its_replacement_does_not_become_ready()
    {
        var world = new World(TestSpec.Of()) { Healthy = row => row.Id.Value == 1 };
        world.Run(3);
        world.Leaving[new ReplicaId(1)] = "node a is drained";
        world.Run(20);
        Assert.Equal([1], world.Ready.Select(row => row.Id.Value));
    }

    [Fact]
    public void All_of_a_nodes_replicas_are_replaced_together_and_it_ends_as_asked_for()
    {
        var world = new World(TestSpec.Of(min: 3));
        world.Run(3);
        for (var id = 1; id <= 3; id++)
        {
            world.Leaving[new ReplicaId(id)] = "node a is drained";
        }

        world.Run(60);
        Assert.Equal([4, 5, 6], world.Ready.Select(row => row.Id.Value));
        Assert.Equal(6, world.Launches);
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void What_does_not_serve_yet_goes_at_once()
    {
        var world = new World(TestSpec.Of()) { Healthy = _ => false };
        world.Run(3);
        world.Leaving[new ReplicaId(1)] = "node a is drained";
        world.Run(2);
        Assert.DoesNotContain(world.Live, row => row.Id.Value == 1);
        Assert.Contains(world.Live, row => row.Id.Value == 2);
    }

    [Fact]
    public void A_service_that_shrinks_meanwhile_keeps_what_stays()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        world.Leaving[new ReplicaId(2)] = "node a is drained";
        world.Run(1);
        world.Change(service => service with { PinnedReplicas = 1 });
        world.Run(60);
        Assert.Equal([1], world.Ready.Select(row => row.Id.Value));
    }
}
