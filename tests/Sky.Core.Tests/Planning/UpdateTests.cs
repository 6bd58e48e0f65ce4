using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

public sealed class UpdateTests
{
    private static readonly Func<int, EngineReplica, EngineReplica?> _secondIsBroken = (version, replica) => version == 2
        ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
        : null;

    [Theory]
    [InlineData(3, 1, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(4, 0, 2)]
    public void A_rolling_update_stays_within_its_limits_and_ends_with_the_new_version(int replicas, int surge, int unavailable)
    {
        var world = new World(TestSpec.Of(min: replicas));
        world.Run(3);
        world.Update(TestSpec.Of("new", min: replicas, serving: serving => serving with { UpdatePolicy = new UpdatePolicySpec { MaxSurge = surge, MaxUnavailable = unavailable } }));
        world.Run(60, () =>
        {
            Assert.True(world.Live.Count() <= replicas + surge);
            Assert.True(world.Ready.Count() >= replicas - unavailable);
        });

        Assert.All(world.Stored.Replicas, row => Assert.Equal((2, ReplicaState.Ready), (row.Version, row.State)));
        Assert.Equal(replicas, world.Stored.Replicas.Count);
    }

    [Fact]
    public void A_rolling_update_to_a_broken_version_stops_after_one_and_the_old_one_is_still_healed_and_scaled()
    {
        var world = new World(TestSpec.Of(min: 3)) { Start = _secondIsBroken };
        world.Run(3);
        world.Update(TestSpec.Of("broken", min: 3));
        world.Run(60, () => Assert.Equal(3, world.Ready.Count()));
        Assert.Equal(4, world.Launches);
        Assert.Contains("given up", StatusView.From(world.Stored, world.Load, null, world.Now).Message, StringComparison.Ordinal);

        world.Kill(1);
        world.Run(3);
        world.Change(service => service with { PinnedReplicas = 5 });
        world.Run(3);

        Assert.Equal(5, world.Ready.Count());
        Assert.All(world.Ready, row => Assert.Equal(1, row.Version));
        Assert.Equal(2, world.Service.TargetVersion);
    }

    [Fact]
    public void With_rollback_on_failure_the_version_before_is_the_target_again()
    {
        var world = new World(TestSpec.Of(min: 2)) { Start = _secondIsBroken };
        world.Run(3);
        world.Update(TestSpec.Of("broken", min: 2, serving: serving => serving with { UpdatePolicy = new UpdatePolicySpec { OnFailure = UpdateFailureAction.Rollback } }));
        world.Run(30);

        Assert.Equal((1, 2), (world.Service.TargetVersion, world.Service.LatestVersion));
        Assert.Equal(2, world.Ready.Count());
        Assert.Contains("Version 2 was given up", StatusView.From(world.Stored, world.Load, null, world.Now).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_version_is_healed_while_the_new_one_has_yet_to_prove_itself()
    {
        var world = new World(TestSpec.Of(min: 1)) { Healthy = row => row.Version == 1 };
        world.Run(3);
        world.Update(TestSpec.Of("slow", min: 1));
        world.Run(3);
        world.Kill(1);
        world.Run(3);

        Assert.Equal([1], world.Ready.Select(row => row.Version));
        Assert.Single(world.Live, row => row.Version == 2);
    }

    [Fact]
    public void A_change_of_only_the_service_section_restarts_nothing()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        world.Update(TestSpec.Of(min: 3));
        world.Run(5);

        Assert.Equal([1, 2, 3], world.Ready.Select(row => row.Id.Value));
        Assert.All(world.Ready, row => Assert.Equal(2, row.Version));

        world.Rollback(1);
        world.Run(5);
        Assert.Equal([1, 2], world.Ready.Select(row => row.Id.Value));
        Assert.All(world.Ready, row => Assert.Equal(1, row.Version));
    }

    [Fact]
    public void A_change_of_only_the_service_section_while_no_replica_is_live_launches_the_new_number()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Kill(1);
        world.Update(TestSpec.Of(min: 2));
        world.Run(5);

        Assert.Equal([2, 2], world.Ready.Select(row => row.Version));
        Assert.Equal(3, world.Launches);
    }

    [Fact]
    public void Blue_green_never_mixes_versions_and_switches_by_the_target_in_force()
    {
        var world = new World(TestSpec.Of(min: 3));
        world.Run(3);
        var readyOfNew = 1;
        world.Healthy = row => row.Version == 1 || row.Id.Value <= 3 + readyOfNew;
        world.Update(TestSpec.Of("new", min: 3), UpdateMode.BlueGreen);
        world.Run(5, () => Assert.Equal([1, 1, 1], world.Served.Select(endpoint => endpoint.Version)));
        Assert.Equal(6, world.Live.Count());

        readyOfNew = 3;
        world.Run(10, () => Assert.Single(world.Served.Select(endpoint => endpoint.Version).Distinct()));

        Assert.Equal([2, 2, 2], world.Served.Select(endpoint => endpoint.Version));
        Assert.Equal(3, world.Stored.Replicas.Count);
    }

    [Fact]
    public void Blue_green_does_not_switch_back_because_one_new_replica_flickers()
    {
        var world = new World(TestSpec.Of(min: 2)) { GatewaysDrain = false };
        world.Run(3);
        world.Update(TestSpec.Of("new", min: 2), UpdateMode.BlueGreen);
        world.Run(4);
        Assert.Equal([2, 2], world.Served.Select(endpoint => endpoint.Version));

        world.Healthy = row => row.Id.Value != 3;
        world.Run(2);

        Assert.Equal([2], world.Served.Select(endpoint => endpoint.Version));
        Assert.Equal(2, world.Service.ServingVersion);
    }

    [Fact]
    public void A_second_blue_green_update_during_the_first_leaves_traffic_where_it_is()
    {
        var ready = 0;
        var world = new World(TestSpec.Of(min: 2)) { GatewaysDrain = false };
        world.Healthy = row => row.Version == 1 || row.Id.Value <= 2 + ready;
        world.Run(3);
        world.Update(TestSpec.Of("two", min: 2), UpdateMode.BlueGreen);
        world.Run(4);
        ready = 2;
        world.Update(TestSpec.Of("three", min: 2), UpdateMode.BlueGreen);
        world.Run(10, () => Assert.Equal([1, 1], world.Served.Select(endpoint => endpoint.Version)));

        ready = 10;
        world.Run(10, () => Assert.Single(world.Served.Select(endpoint => endpoint.Version).Distinct()));
        Assert.Equal([3, 3], world.Served.Select(endpoint => endpoint.Version));
    }

    [Fact]
    public void Blue_green_to_a_broken_version_leaves_all_traffic_where_it_is()
    {
        var world = new World(TestSpec.Of(min: 2)) { Start = _secondIsBroken };
        world.Run(3);
        world.Update(TestSpec.Of("broken", min: 2), UpdateMode.BlueGreen);
        world.Run(60, () => Assert.Equal([1, 1], world.Served.Select(endpoint => endpoint.Version)));

        Assert.Equal(4, world.Launches);
    }

    [Fact]
    public void A_fixed_port_is_given_up_by_the_old_replica_before_the_new_one_starts()
    {
        var world = new World(TestSpec.Of(fixedPort: 8080));
        world.Run(3);
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(1)] = 1 } };
        world.Update(TestSpec.Of("new", fixedPort: 8080));
        world.Run(5);
        Assert.Equal((ReplicaState.Draining, ReplicaState.Pending), (world.Row(1).State, world.Row(2).State));
        Assert.True(Sky.Core.Endpoints.EndpointsView.From(world.Stored, world.Now)!.CanWait);

        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int>() };
        world.Run(6);
        Assert.Equal([2], world.Ready.Select(row => row.Id.Value));
        Assert.Equal(8080, world.Row(2).Port);
    }

    [Fact]
    public void A_fixed_port_fits_once_however_many_replicas_are_wanted()
    {
        var world = new World(TestSpec.Of(min: 3, fixedPort: 8080));
        world.Run(10);

        Assert.Equal(1, world.Launches);
    }

    [Fact]
    public void A_broken_update_of_a_fixed_port_brings_the_old_version_back()
    {
        var world = new World(TestSpec.Of(fixedPort: 8080)) { Start = _secondIsBroken };
        world.Run(3);
        world.Update(TestSpec.Of("broken", fixedPort: 8080));
        world.Run(10);

        Assert.Equal([1], world.Ready.Select(row => row.Version));
    }

    [Fact]
    public void A_rollback_is_an_update_to_an_older_number()
    {
        var world = new World(TestSpec.Of("one", min: 2));
        world.Run(3);
        world.Update(TestSpec.Of("two", min: 2));
        world.Run(20);
        world.Update(TestSpec.Of("three", min: 2));
        world.Run(20);
        world.Rollback(1);
        world.Run(20, () => Assert.True(world.Ready.Count() >= 2));

        Assert.All(world.Stored.Replicas, row => Assert.Equal(1, row.Version));
        Assert.Equal((1, 3), (world.Service.TargetVersion, world.Service.LatestVersion));
    }

    [Fact]
    public void What_drains_is_cut_when_its_time_is_over_and_counted()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(1)] = 3 } };
        world.Update(TestSpec.Of("new"));
        world.Run(15);
        Assert.Equal(ReplicaState.Draining, world.Row(1).State);
        world.Run(20);

        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Id.Value));
        Assert.Equal(3, world.Service.CutRequests);
    }
}
