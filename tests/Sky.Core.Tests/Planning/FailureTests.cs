using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Core.Tests.Planning;

public sealed class FailureTests
{
    private static readonly EngineReplica _none = null!;

    private static EngineReplica Exit(EngineReplica replica, int? code = 1, string? signal = null) => replica with
    {
        State = EngineReplicaState.Exited,
        Exit = new ReplicaExit { Code = code, Signal = signal, Stage = "run", LastLogLines = ["boom"] },
    };

    [Fact]
    public void A_version_whose_first_replica_exits_is_given_up_and_launches_nothing_more()
    {
        var world = new World(TestSpec.Of()) { Start = (_, replica) => Exit(replica) };
        world.Run(600);

        Assert.Equal(1, world.Launches);
        Assert.Equal(ServiceStatus.Failed, world.Status);
        Assert.Equal(ReplicaState.Failed, world.Row(1).State);
        Assert.Equal("run exited with code 1", world.Row(1).Reason);
        Assert.Equal(["boom"], world.Row(1).Exit!.LastLogLines);
        Assert.False(Assert.Single([Sky.Core.Endpoints.EndpointsView.From(world.Stored, world.Now)!]).CanWait);
    }

    [Fact]
    public void An_update_heals_a_version_that_was_given_up()
    {
        var world = new World(TestSpec.Of()) { Start = (version, replica) => version == 1 ? Exit(replica) : _none };
        world.Run(5);
        world.Update(TestSpec.Of("better"));
        world.Run(5);

        Assert.Equal(ServiceStatus.Ready, world.Status);
        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Id.Value));
    }

    [Fact]
    public void A_replica_whose_probe_passes_is_ready_once_its_engine_lets_others_find_it()
    {
        var world = new World(TestSpec.Of(min: 1));
        world.Run(1);
        world.Announce(1, false);
        world.Run(5);
        Assert.Equal(ReplicaState.Starting, world.Row(1).State);

        world.Announce(1, true);
        world.Run(2);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);

        // What serves goes on, whatever its engine does meanwhile.
        world.Announce(1, false);
        world.Run(2);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
    }

    [Fact]
    public void One_that_is_never_found_from_within_fails_after_its_initial_delay_and_says_why()
    {
        var world = new World(TestSpec.Of(min: 1));
        world.Run(1);
        world.Announce(1, false);
        world.Run(70);

        Assert.Equal(ReplicaState.FailedInitialDelay, world.Row(1).State);
        Assert.Contains("(it answers, but not yet from within its container", world.Row(1).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_is_never_ready_fails_after_its_initial_delay_from_the_first_failed_probe()
    {
        var world = new World(TestSpec.Of()) { Healthy = _ => false };
        world.Run(55);
        Assert.Equal(ReplicaState.Starting, world.Row(1).State);
        world.Run(600);

        Assert.Equal(ReplicaState.FailedInitialDelay, world.Row(1).State);
        Assert.Equal(1, world.Launches);
        Assert.Equal(ServiceStatus.Failed, world.Status);
    }

    [Fact]
    public void A_ready_replica_is_out_of_rotation_at_its_first_failed_probe_and_back_at_the_next_passed_one()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Healthy = _ => false;
        world.Run(1);
        Assert.Equal(ReplicaState.NotReady, world.Row(1).State);
        Assert.Empty(world.Served);

        world.Healthy = _ => true;
        world.Run(1);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
        Assert.Null(world.Row(1).FailingSince);
        Assert.Single(world.Served);
    }

    [Fact]
    public void A_replica_that_fails_its_probes_for_too_long_is_replaced()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Healthy = row => row.Id.Value != 1;
        world.Run(29);
        Assert.Equal(ReplicaState.NotReady, world.Row(1).State);
        world.Run(6);

        Assert.Equal(ReplicaState.FailedProbing, world.Row(1).State);
        Assert.Equal(ReplicaState.Ready, world.Row(2).State);
    }

    [Fact]
    public void A_stale_failed_probe_does_not_end_a_replica()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Healthy = _ => false;
        world.Run(1);
        var stale = world.Snapshot();

        var plan = Planner.Plan(stale, world.Now.AddHours(1));

        Assert.DoesNotContain(plan.Upserts, row => row.State == ReplicaState.Stopping);
    }

    [Theory]
    [InlineData(137, null, "run exited with code 137")]
    [InlineData(null, "SIGKILL", "run was killed by SIGKILL")]
    public void A_killed_replica_is_replaced_at_once_and_says_how_it_ended(int? code, string? signal, string reason)
    {
        var world = new World(TestSpec.Of());
        world.Run(100);
        world.Kill(1, code, signal);
        world.Run(1);

        Assert.Equal((ReplicaState.Failed, reason), (world.Row(1).State, world.Row(1).Reason));
        Assert.True(world.Row(2).State.IsLive());
    }

    [Fact]
    public void A_replica_whose_runner_died_is_ended_and_replaced()
    {
        var world = new World(TestSpec.Of());
        world.Run(100);
        world.Lose(1);
        world.Run(1);
        Assert.Equal(ReplicaState.Stopping, world.Row(1).State);
        world.Run(3);

        Assert.Equal(ReplicaState.Failed, world.Row(1).State);
        Assert.Equal(ReplicaState.Ready, world.Row(2).State);
    }

    [Fact]
    public void Replicas_that_vanish_together_are_one_failure_and_are_all_replaced_at_once()
    {
        var world = new World(TestSpec.Of(min: 3));
        world.Run(100);
        world.Vanish(1);
        world.Vanish(2);
        world.Vanish(3);
        world.Run(3);

        Assert.Equal([4, 5, 6], world.Ready.Select(row => row.Id.Value));
        Assert.Equal(1, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void A_version_that_was_ready_and_crashes_again_and_again_is_replaced_ever_more_slowly()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Start = (_, replica) => Exit(replica);
        world.Kill(1);
        world.Run(1000);
        Assert.InRange(world.Launches, 8, 14);
        Assert.Equal(ServiceStatus.NoReplica, world.Status);
        Assert.True(world.Stored.Replicas.Count <= 6);

        world.Start = (_, _) => null;
        world.Run(400);
        Assert.Equal(ServiceStatus.Ready, world.Status);
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void Only_the_five_newest_failures_are_kept()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Start = (_, replica) => Exit(replica);
        world.Kill(1);
        world.Run(2000);

        var failed = world.Stored.Replicas.Where(row => row.State == ReplicaState.Failed).Select(row => row.Id.Value).ToList();
        Assert.Equal(5, failed.Count);
        Assert.Equal(world.Service.NextReplicaId.Value - 1, failed.Max());
        Assert.True(world.Engine.Count <= 6);
    }

    [Fact]
    public void An_engine_that_is_unavailable_is_tried_again_with_longer_and_longer_waits_and_a_bound()
    {
        var calls = 0;
        var world = new World(TestSpec.Of())
        {
            Fails = effect =>
            {
                calls += effect is PlannedEffect.Run ? 1 : 0;
                return effect is PlannedEffect.Run ? EngineFailure.Unavailable : null;
            },
        };
        world.Run(600);

        Assert.Equal(15, calls);
        Assert.Equal(ServiceStatus.Failed, world.Status);
        Assert.Equal([1, 2, 3], world.Stored.Replicas.Select(row => row.Id.Value));
        Assert.All(world.Stored.Replicas, row => Assert.Equal(ReplicaState.FailedProvision, row.State));
    }

    [Fact]
    public void A_request_the_engine_calls_invalid_is_not_repeated_for_the_same_replica()
    {
        var calls = 0;
        var world = new World(TestSpec.Of()) { Fails = effect => effect is PlannedEffect.Run && ++calls > 0 ? EngineFailure.Invalid : null };
        world.Run(600);

        Assert.Equal(3, calls);
        Assert.Equal(ServiceStatus.Failed, world.Status);
    }

    [Fact]
    public void A_replica_whose_port_was_taken_gets_another_one_the_next_time()
    {
        var world = new World(TestSpec.Of())
        {
            Start = (_, replica) => replica.Replica.Id.Value == 1
                ? replica with { State = EngineReplicaState.Exited, StartedAt = null, ProvisionError = "port 20000 is taken" }
                : null,
        };
        world.Run(5);

        Assert.Equal((ReplicaState.FailedProvision, "port 20000 is taken"), (world.Row(1).State, world.Row(1).Reason));
        Assert.Equal((ReplicaState.Ready, 20001), (world.Row(2).State, world.Row(2).Port));
    }

    [Fact]
    public void A_replica_that_cannot_be_stopped_is_tried_again_until_it_can()
    {
        var broken = true;
        var world = new World(TestSpec.Of()) { Fails = effect => broken && effect is PlannedEffect.Stop ? EngineFailure.Unavailable : null };
        world.Run(3);
        world.Down();
        world.Run(100);
        Assert.Equal(ServiceStatus.FailedCleanup, world.Status);

        broken = false;
        world.Run(70);
        Assert.Equal(ServicePhase.Down, world.Service.Phase);
    }
}
