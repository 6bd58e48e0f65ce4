using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>Versions that listen on one port of the machine: one replica at a time, handed over from version to version.</summary>
public sealed class FixedPortTests
{
    private const int Port = 8080;

    private static ServiceSpec Spec(string run, UpdateFailureAction onFailure = UpdateFailureAction.Stop) => TestSpec.Of(
        run, fixedPort: Port, serving: serving => serving with { UpdatePolicy = new UpdatePolicySpec { OnFailure = onFailure } });

    private static EngineReplica Exit(EngineReplica replica) => replica with
    {
        State = EngineReplicaState.Exited,
        Exit = new ReplicaExit { Code = 1, Stage = "run" },
    };

    private static World Started(Func<int, EngineReplica, EngineReplica?>? start = null)
    {
        var world = new World(Spec("one")) { Start = start ?? ((_, _) => null) };
        world.Run(3);
        return world;
    }

    private static void Busy(World world, params int[] replicas) =>
        world.Load = world.Load with { InFlight = replicas.ToDictionary(id => new ReplicaId(id), _ => 1) };

    [Theory]
    [InlineData(UpdateMode.Rolling)]
    [InlineData(UpdateMode.BlueGreen)]
    public void An_update_launches_one_replica_however_long_the_old_one_drains_and_stops(UpdateMode mode)
    {
        var world = Started();
        Busy(world, 1);
        var stuck = true;
        world.Fails = effect => stuck && effect is Sky.Core.Planning.PlannedEffect.Stop ? EngineFailure.Unavailable : null;
        world.Update(Spec("two"), mode);
        world.Run(60, () => Assert.Equal([2], world.Live.Select(row => row.Id.Value)));
        Assert.Equal(ReplicaState.Pending, world.Row(2).State);

        stuck = false;
        world.Run(65);

        Assert.Equal([(2, 2)], world.Ready.Select(row => (row.Id.Value, row.Version)));
        Assert.Equal(3, world.Service.NextReplicaId.Value);
    }

    [Fact]
    public void What_waits_for_the_port_says_for_whom()
    {
        var world = Started();
        Busy(world, 1);
        world.Update(Spec("two"));
        world.Run(5);

        Assert.Equal("waits for replica 1 to give up port 8080", world.Row(2).Reason);
        Busy(world);
        world.Run(5);
        Assert.Null(world.Row(2).Reason);
    }

    [Theory]
    [InlineData(UpdateFailureAction.Stop, UpdateMode.Rolling, true)]
    [InlineData(UpdateFailureAction.Stop, UpdateMode.Rolling, false)]
    [InlineData(UpdateFailureAction.Stop, UpdateMode.BlueGreen, false)]
    [InlineData(UpdateFailureAction.Rollback, UpdateMode.Rolling, true)]
    [InlineData(UpdateFailureAction.Rollback, UpdateMode.Rolling, false)]
    [InlineData(UpdateFailureAction.Rollback, UpdateMode.BlueGreen, false)]
    public void The_old_version_gets_the_port_back_when_the_new_one_exits_or_is_never_ready(UpdateFailureAction onFailure, UpdateMode mode, bool exits)
    {
        var world = Started((version, replica) => exits && version == 2 ? Exit(replica) : null);
        world.Healthy = row => row.Version == 1;
        world.Update(Spec("two", onFailure), mode);
        world.Run(100);

        Assert.Equal([(3, 1, Port)], world.Ready.Select(row => (row.Id.Value, row.Version, row.Port!.Value)));
        Assert.Single(world.Served);
        Assert.Equal(3, world.Launches);
        Assert.Equal(onFailure == UpdateFailureAction.Rollback ? 1 : 2, world.Service.TargetVersion);
        Assert.NotNull(world.Service.Progress(2).FailedAt);
    }

    [Fact]
    public void A_rollback_before_the_port_was_given_up_starts_the_old_version_again_and_the_new_one_never()
    {
        var world = Started();
        Busy(world, 1);
        world.Update(Spec("two"));
        world.Run(3);
        world.Rollback(1);
        world.Run(3);
        Busy(world);
        world.Run(5);

        Assert.Equal([(3, 1)], world.Ready.Select(row => (row.Id.Value, row.Version)));
        Assert.Equal(2, world.Launches);
    }

    [Fact]
    public void Of_updates_in_quick_succession_only_the_last_one_gets_the_port()
    {
        var world = Started();
        Busy(world, 1);
        world.Update(Spec("two"));
        world.Run(2);
        world.Update(Spec("three"));
        world.Run(2);
        world.Update(Spec("four"));
        world.Run(2);
        Busy(world);
        world.Run(5);

        Assert.Equal([(4, 4)], world.Ready.Select(row => (row.Id.Value, row.Version)));
        Assert.Equal(2, world.Launches);
    }

    [Fact]
    public void Down_during_the_handover_ends_both()
    {
        var world = Started();
        Busy(world, 1);
        world.Update(Spec("two"));
        world.Run(2);
        world.Down();
        world.Run(40);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Empty(world.Engine);
        Assert.Equal(1, world.Launches);
    }

    [Fact]
    public void A_new_version_that_takes_any_port_is_updated_to_without_a_gap()
    {
        var world = Started();
        world.Update(TestSpec.Of("two $SKY_PORT"));
        world.Run(10, () => Assert.NotEmpty(world.Served));

        Assert.Equal([2], world.Ready.Select(row => row.Version));
        Assert.Equal(2, world.Launches);
    }
}
