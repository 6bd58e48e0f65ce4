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
    public void Down_gives_requests_in_flight_all_of_the_drain_time_and_counts_what_is_cut_then()
    {
        var world = Serving(drainSeconds: 3600, inFlight: 4);
        world.Down();
        world.Run(3598);
        Assert.Equal(ReplicaState.Draining, world.Row(1).State);
        Assert.Empty(world.Served);
        Assert.Equal(0, world.Service.CutRequests);

        world.Run(10);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Equal(4, world.Service.CutRequests);
    }

    [Fact]
    public void Down_ends_as_soon_as_what_was_in_flight_is_over()
    {
        var world = Serving(drainSeconds: 3600, inFlight: 4);
        world.Down();
        world.Run(60);
        Assert.Equal(ReplicaState.Draining, world.Row(1).State);

        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int>() };
        world.Run(5);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Equal(0, world.Service.CutRequests);
    }

    [Fact]
    public void Down_now_cuts_and_counts_at_once_also_what_drains_already()
    {
        var world = Serving(drainSeconds: 3600, inFlight: 4, replicas: 2);
        world.Put(UserStop.Of(world.Row(2), 3600, world.Now)!);
        world.Run(1);
        Assert.Equal(ReplicaState.Draining, world.Row(2).State);
        world.Change(service => service with { Phase = ServicePhase.ShuttingDown, CutsNow = true });
        world.Run(1);
        Assert.DoesNotContain(world.Stored.Replicas, row => row.State is ReplicaState.Ready or ReplicaState.Draining);

        world.Run(4);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Equal(8, world.Service.CutRequests);
        Assert.False(world.Service.CutsNow);
    }

    [Fact]
    public void Down_that_waits_can_be_told_to_cut_and_the_next_time_it_waits_again()
    {
        var world = Serving(drainSeconds: 3600, inFlight: 4);
        world.Down();
        world.Run(60);
        world.Change(service => service with { CutsNow = true });
        world.Run(5);
        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Equal(4, world.Service.CutRequests);

        world.Up(TestSpec.Of(serving: serving => serving with { DrainSeconds = 3600 }));
        world.Run(4);
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(2)] = 1 } };
        world.Down();
        world.Run(60);

        Assert.Equal(ReplicaState.Draining, world.Row(2).State);
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

    [Fact]
    public void A_replica_stopped_by_hand_without_waiting_is_cut_counted_and_replaced()
    {
        var world = Serving(drainSeconds: 3600, inFlight: 3);
        world.Put(UserStop.Of(world.Row(1), 3600, world.Now)!);
        world.Run(60);
        Assert.Equal(ReplicaState.Draining, world.Row(1).State);
        Assert.Null(UserStop.Of(world.Row(1), 3600, world.Now));

        world.Put(UserStop.Of(world.Row(1), 0, world.Now)!);
        world.Run(5);

        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Id.Value));
        Assert.Equal(3, world.Service.CutRequests);
    }

    private static World Serving(double drainSeconds, int inFlight, int replicas = 1)
    {
        var world = new World(TestSpec.Of(min: replicas, serving: serving => serving with { DrainSeconds = drainSeconds }));
        world.Run(3);
        world.Load = world.Load with { InFlight = world.Ready.ToDictionary(row => row.Id, _ => inFlight) };
        return world;
    }
}
