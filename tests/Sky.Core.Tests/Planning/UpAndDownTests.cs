using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Core.Tests.Planning;

public sealed class UpAndDownTests
{
    [Fact]
    public void A_new_service_launches_its_replicas_in_the_first_pass()
    {
        var world = new World(TestSpec.Of(min: 2));

        var plan = world.Pass();

        Assert.Equal(2, plan.Effects.OfType<PlannedEffect.Run>().Count());
        Assert.Equal([1, 2], world.Live.Select(row => row.Id.Value));
        Assert.Equal(2, world.Live.Select(row => row.Port).Distinct().Count());
        Assert.Equal(ServiceStatus.ReplicaInit, world.Status);
    }

    [Fact]
    public void It_becomes_ready_and_then_nothing_changes_any_more()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);

        Assert.Equal(2, world.Ready.Count());
        Assert.Equal(ServiceStatus.Ready, world.Status);
        Assert.False(world.Pass().Changed);
        Assert.Equal(2, world.Launches);
    }

    [Fact]
    public void Down_stops_everything_forgets_it_and_keeps_the_numbers()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        world.Down();
        world.Run(5);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Empty(world.Stored.Replicas);
        Assert.Empty(world.Engine);
        Assert.Equal(3, world.Service.NextReplicaId.Value);
        Assert.Equal(1, world.Service.LatestVersion);
        Assert.False(world.Pass().Changed);
    }

    [Fact]
    public void Down_gives_requests_in_flight_a_short_time_and_counts_what_is_cut()
    {
        var world = new World(TestSpec.Of(serving: serving => serving with { DrainSeconds = 3600 }));
        world.Run(3);
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(1)] = 4 } };
        world.Down();
        world.Run(25);
        Assert.Equal(ReplicaState.Draining, world.Row(1).State);

        world.Run(10);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Equal(4, world.Service.CutRequests);
    }

    [Fact]
    public void Nothing_is_concluded_while_the_engine_does_not_answer()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.EngineAnswers = false;
        world.Run(60);

        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
        Assert.Equal(1, world.Launches);
    }

    [Fact]
    public void A_replica_without_a_row_is_ended_and_forgotten_and_its_number_is_not_given_again()
    {
        var world = new World(TestSpec.Of());
        world.AddStray(7, EngineReplicaState.Running);
        world.Run(5);

        Assert.Equal([8], world.Ready.Select(row => row.Id.Value));
        Assert.Equal([8], world.Engine.Keys.Select(id => id.Value));
        Assert.Single(world.Events, happened => happened.Contains("no number above 0 was given", StringComparison.Ordinal));
    }

    [Fact]
    public void A_replica_stopped_by_hand_is_replaced()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Put(UserStop.Of(world.Row(1), 20, world.Now)!);
        world.Run(5);

        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Id.Value));
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }
}
