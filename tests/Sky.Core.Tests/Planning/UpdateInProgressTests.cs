using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>What users and failures do while an update is under way, or before and after a life of the service.</summary>
public sealed class UpdateInProgressTests
{
    private static EngineReplica? Broken(World world, int version, EngineReplica replica) =>
        world.Stored.Versions[version].Spec.Task.Run!.StartsWith("broken", StringComparison.Ordinal)
            ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
            : null;

    /// <summary>Versions that start with "broken" exit at once, those that start with "slow" are never ready.</summary>
    private static World Started(ServiceSpec spec)
    {
        var world = new World(spec);
        world.Start = (version, replica) => Broken(world, version, replica);
        world.Healthy = row => !world.Stored.Versions[row.Version].Spec.Task.Run!.StartsWith("slow", StringComparison.Ordinal);
        world.Run(3);
        return world;
    }

    private static ServiceSpec Limited(string run, int replicas, int surge, int unavailable) => TestSpec.Of(
        run, min: replicas, serving: serving => serving with { UpdatePolicy = new UpdatePolicySpec { MaxSurge = surge, MaxUnavailable = unavailable } });

    private static IEnumerable<int> LaunchedOf(World world, int version) =>
        world.Stored.Replicas.Where(row => row.Version == version).Select(row => row.Id.Value);

    [Fact]
    public void A_version_that_was_given_up_is_not_used_to_heal_another()
    {
        var world = Started(TestSpec.Of("one", min: 2));
        world.Update(TestSpec.Of("broken", min: 2));
        world.Run(10);
        world.Update(TestSpec.Of("slow", min: 2));
        world.Run(5);
        var launchesBefore = LaunchedOf(world, 2).Count();
        world.Kill(1);
        world.Run(5);

        Assert.Equal(2, world.Ready.Count(row => row.Version == 1));
        Assert.Equal(launchesBefore, LaunchedOf(world, 2).Count());
    }

    [Fact]
    public void When_every_version_was_given_up_nothing_is_launched_any_more()
    {
        var world = Started(TestSpec.Of("broken one"));
        world.Update(TestSpec.Of("broken two"));
        world.Run(600);

        Assert.Equal((2, ServiceStatus.Failed), (world.Launches, world.Status));
    }

    [Theory]
    [InlineData(UpdateMode.Rolling)]
    [InlineData(UpdateMode.BlueGreen)]
    public void An_update_that_needs_fewer_replicas_ends_with_fewer(UpdateMode mode)
    {
        var world = Started(TestSpec.Of("one", min: 4));
        world.Update(TestSpec.Of("two", min: 1), mode);
        world.Run(20, () => Assert.NotEmpty(world.Served));

        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Version));
        Assert.Equal(5, world.Launches);
    }

    [Fact]
    public void A_broken_update_to_fewer_replicas_leaves_the_old_version_with_its_own_number()
    {
        var world = Started(TestSpec.Of("one", min: 4));
        world.Update(TestSpec.Of("broken", min: 1));
        world.Run(10, () => Assert.NotEmpty(world.Served));

        Assert.Equal(4, world.Ready.Count(row => row.Version == 1));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(3, 0, 3)]
    [InlineData(3, 0, 5)]
    [InlineData(3, 10, 0)]
    public void Limits_as_wide_as_the_service_itself_are_kept_too(int replicas, int surge, int unavailable)
    {
        var world = Started(TestSpec.Of("one", min: replicas));
        world.Update(Limited("two", replicas, surge, unavailable));
        world.Run(40, () =>
        {
            Assert.True(world.Live.Count() <= replicas + surge);
            Assert.True(replicas == 1 || world.Ready.Any());
        });

        Assert.Equal(Enumerable.Repeat(2, replicas), world.Ready.Select(row => row.Version));
        Assert.Equal(2 * replicas, world.Launches);
    }

    [Fact]
    public void While_there_is_no_place_for_the_new_version_the_old_one_stays_and_is_healed()
    {
        var world = Started(TestSpec.Of("one"));
        world.HasPlace = false;
        world.Update(Limited("two", 1, surge: 0, unavailable: 1));
        world.Run(10, () => Assert.Single(world.Served));
        world.Kill(1);
        world.Run(5);
        Assert.Equal([1], world.Ready.Select(row => row.Version));

        world.HasPlace = true;
        world.Run(10);
        Assert.Equal([2], world.Ready.Select(row => row.Version));
    }

    [Fact]
    public void A_rollback_during_an_update_leaves_what_serves_alone()
    {
        var world = Started(TestSpec.Of("one", min: 2));
        world.Update(TestSpec.Of("slow", min: 2));
        world.Run(5);
        world.Rollback(1);
        world.Run(10, () => Assert.Equal([1, 2], world.Ready.Select(row => row.Id.Value)));

        Assert.Equal([1, 1], world.Stored.Replicas.Select(row => row.Version));
        Assert.Equal((1, 2), (world.Service.TargetVersion, world.Service.LatestVersion));
    }

    [Fact]
    public void An_update_during_an_update_falls_back_on_what_was_ready_and_not_on_what_was_under_way()
    {
        var world = Started(TestSpec.Of("one", min: 2));
        world.Update(TestSpec.Of("slow", min: 2));
        world.Run(5);
        world.Update(TestSpec.Of("broken", min: 2));
        world.Run(10, () => Assert.Equal(2, world.Ready.Count()));

        Assert.Equal([1, 1], world.Live.Select(row => row.Version));
        Assert.Equal((3, 1), (world.Service.TargetVersion, world.Service.PreviousVersion));
    }

    [Fact]
    public void An_update_during_an_update_ends_with_the_last_one()
    {
        var world = Started(TestSpec.Of("one", min: 3));
        world.Update(TestSpec.Of("two", min: 3));
        world.Run(4);
        world.Update(TestSpec.Of("three", min: 3));
        world.Run(30, () => Assert.True(world.Ready.Count() >= 3));

        Assert.Equal([3, 3, 3], world.Stored.Replicas.Select(row => row.Version));
    }

    [Theory]
    [InlineData(UpdateMode.Rolling)]
    [InlineData(UpdateMode.BlueGreen)]
    public void Of_a_service_at_zero_it_is_the_new_version_that_wakes(UpdateMode mode)
    {
        var world = Started(TestSpec.Of("one", min: 0, max: 2, qps: 1, policy: policy => policy with { DownscaleDelaySeconds = 30 }));
        world.Arrive(1, held: 1);
        world.Run(5);
        world.Kill(1);
        world.Run(5);
        world.Load = new();
        world.Run(150);
        Assert.Empty(world.Live);
        Assert.Equal(ReplicaState.Failed, world.Row(1).State);

        world.Update(TestSpec.Of("two", min: 0, max: 2, qps: 1), mode);
        world.Run(5);
        Assert.Empty(world.Live);
        world.Arrive(1, held: 1);
        world.Run(5, () => Assert.DoesNotContain(world.Live, row => row.Version == 1));

        Assert.Equal([2], world.Ready.Select(row => row.Version));
        Assert.Equal([2], world.Served.Select(endpoint => endpoint.Version));
    }

    [Theory]
    [InlineData(UpdateMode.Rolling)]
    [InlineData(UpdateMode.BlueGreen)]
    public void Down_during_an_update_ends_both_versions(UpdateMode mode)
    {
        var world = Started(TestSpec.Of("one", min: 3));
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(1)] = 1 } };
        world.Update(TestSpec.Of("two", min: 3), mode);
        world.Run(2);
        var launches = world.Launches;
        world.Down();
        world.Run(40);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Empty(world.Engine);
        Assert.Equal(launches, world.Launches);
    }

    [Fact]
    public void What_served_before_a_down_does_not_come_back_because_the_next_life_is_broken()
    {
        var world = Started(TestSpec.Of("one"));
        world.Down();
        world.Run(5);
        world.Up(TestSpec.Of("broken"));
        world.Run(60);

        Assert.Equal(ServiceStatus.Failed, world.Status);
        Assert.Equal([2], world.Stored.Replicas.Select(row => row.Version));
        Assert.Equal(2, world.Launches);
    }

    [Fact]
    public void Up_while_it_goes_down_starts_the_new_version_beside_what_still_ends()
    {
        var world = Started(TestSpec.Of("one", min: 2));
        world.Load = world.Load with { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(1)] = 1 } };
        world.Down();
        world.Run(2);
        world.Up(TestSpec.Of("two", min: 2));
        world.Run(60);

        Assert.Equal([(3, 2), (4, 2)], world.Stored.Replicas.Select(row => (row.Id.Value, row.Version)));
        Assert.Equal(ServiceStatus.Ready, world.Status);
    }

    [Fact]
    public void Blue_green_waits_for_the_replicas_the_load_asks_for_and_not_for_the_minimum()
    {
        static ServiceSpec Scaled(string run) =>
            TestSpec.Of(run, min: 1, max: 5, qps: 1, policy: policy => policy with { UpscaleDelaySeconds = 0, DownscaleDelaySeconds = 10_000 });
        var world = Started(Scaled("one"));
        world.Arrive(240);
        world.Run(5);
        Assert.Equal(4, world.Ready.Count());

        var ready = 7;
        world.Healthy = row => row.Id.Value <= ready;
        world.Update(Scaled("two"), UpdateMode.BlueGreen);
        world.Run(10, () => Assert.Equal([1, 1, 1, 1], world.Served.Select(endpoint => endpoint.Version)));
        ready = 8;
        world.Run(10, () => Assert.Equal(4, world.Served.Count()));

        Assert.Equal([2, 2, 2, 2], world.Served.Select(endpoint => endpoint.Version));
    }

    [Fact]
    public void Blue_green_gives_traffic_back_to_the_old_version_that_was_away_for_a_moment()
    {
        var world = Started(TestSpec.Of("one"));
        world.Healthy = _ => false;
        world.Run(1);
        world.Update(TestSpec.Of("slow"), UpdateMode.BlueGreen);
        world.Run(3);
        world.Healthy = row => row.Version == 1;
        world.Run(3);

        Assert.Equal([1], world.Served.Select(endpoint => endpoint.Version));
    }

    [Fact]
    public void A_number_set_by_hand_holds_through_an_update()
    {
        var world = Started(TestSpec.Of("one", min: 1, max: 5, qps: 1));
        world.Change(service => service with { PinnedReplicas = 3 });
        world.Run(5);
        world.Update(TestSpec.Of("two", min: 1, max: 5, qps: 1));
        world.Run(20, () => Assert.True(world.Ready.Count() >= 3));

        Assert.Equal([2, 2, 2], world.Ready.Select(row => row.Version));
    }
}
