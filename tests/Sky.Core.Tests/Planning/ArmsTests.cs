using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Traffic;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Versions that share the requests.</summary>
public sealed class ArmsTests
{
    [Fact]
    public void Every_version_with_a_share_has_replicas_for_it_and_the_division_begins_when_all_have()
    {
        var world = Two(replicas: 4);
        var slow = true;
        world.Healthy = row => row.Version == 2 || !slow;
        Divide(world, "1=75 2=25");
        world.Run(5, () =>
        {
            Assert.Equal([(2, 100)], Shares(world));
            Assert.Equal(4, world.Served.Count());
        });

        slow = false;
        world.Run(5);
        Assert.Equal([(1, 75), (2, 25)], Shares(world));
        Assert.Equal([1, 1, 1, 2], Versions(world));
        Assert.Equal(2, world.Service.TargetVersion);
    }

    [Fact]
    public void At_no_time_are_there_fewer_replicas_for_the_requests_than_the_division_needs()
    {
        var world = Two(replicas: 4);
        Divide(world, "1=50 2=50");
        world.Run(20, () => Assert.All(Shares(world), arm => Assert.True(
            world.Served.Count(replica => replica.Version == arm.Version) >= arm.Percent * 4 / 100)));
        Assert.Equal([1, 1, 2, 2], Versions(world));

        Divide(world, "1=5 2=95");
        world.Run(20, () => Assert.All(Shares(world), arm => Assert.True(
            world.Served.Count(replica => replica.Version == arm.Version) >= arm.Percent * 4 / 100)));
        Assert.Equal([1, 2, 2, 2, 2], Versions(world));
    }

    [Fact]
    public void Nothing_is_counted_for_a_division_before_it_is_in_force()
    {
        var world = Two(replicas: 2);
        Divide(world, "1=50 2=50");
        var asked = world.Service.Traffic!.Since;
        var counted = new List<int>();
        world.Run(20, () =>
        {
            if (EndpointsView.From(world.Stored, world.Now)?.Traffic is { } traffic)
            {
                Assert.Equal(traffic.Arms.Count == 2, traffic.Generation == 1);
                counted.Add(traffic.Generation);
            }
        });
        Assert.Equal([ServiceTraffic.NotCounted, 1], counted.Distinct());
        Assert.True(world.Service.Traffic!.Since > asked);

        Divide(world, "1=10 2=90");
        Assert.Equal(ServiceTraffic.NotCounted, EndpointsView.From(world.Stored, world.Now)!.Traffic!.Generation);
        world.Run(20);
        Assert.Equal(2, EndpointsView.From(world.Stored, world.Now)!.Traffic!.Generation);
    }

    [Fact]
    public void A_version_without_a_share_is_drained_and_the_heaviest_becomes_the_target()
    {
        var world = Two(replicas: 2);
        world.Update(TestSpec.Of("three", min: 2));
        world.Run(20);
        Divide(world, "1=60 2=40");
        world.Run(20, () => Assert.NotEmpty(world.Served));
        Assert.Equal([1, 1, 2], Versions(world));
        Assert.Equal((1, 3), (world.Service.TargetVersion, world.Service.PreviousVersion));
    }

    [Fact]
    public void Every_arm_is_scaled_by_its_share_and_healed_with_its_own_kind()
    {
        var world = Two(replicas: 2);
        Divide(world, "1=50 2=50");
        world.Run(10);
        world.Change(service => service with { PinnedReplicas = 6 });
        world.Run(5);
        Assert.Equal([1, 1, 1, 2, 2, 2], Versions(world));

        world.Kill(world.Ready.First(row => row.Version == 1).Id.Value);
        world.Run(5);
        Assert.Equal([1, 1, 1, 2, 2, 2], Versions(world));

        world.Change(service => service with { PinnedReplicas = 0 });
        world.Run(5);
        Assert.Empty(world.Live);
        Assert.True(EndpointsView.From(world.Stored, world.Now) is { CanWait: false, Traffic.Arms.Count: 2 });

        world.Change(service => service with { PinnedReplicas = 1 });
        world.Run(5);
        Assert.Equal([1, 2], Versions(world));
    }

    [Fact]
    public void A_version_that_is_given_up_leaves_its_share_to_the_others()
    {
        var world = Two(replicas: 2);
        world.Stored = world.Stored with
        {
            Versions = new Dictionary<int, VersionRecord>(world.Stored.Versions) { [3] = world.Stored.Versions[2] with { Number = 3, Spec = TestSpec.Of("broken", min: 2) } },
            Service = world.Service with { LatestVersion = 3 },
        };
        world.Start = (version, replica) => version == 3
            ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
            : null;
        Divide(world, "2=50 3=50");
        world.Run(30, () => Assert.True(world.Served.Count() >= 2));
        Assert.Equal([(2, 50)], Shares(world));
        Assert.Equal([2, 2], Versions(world));
        Assert.NotNull(world.Service.Progress(3).FailedAt);
    }

    [Fact]
    public void When_those_that_serve_are_lost_who_is_ready_takes_over_before_all_are()
    {
        var world = Two(replicas: 2);
        world.Healthy = row => row.Version == 2 || row.Id.Value == world.Stored.Replicas.Where(one => one.Version == 1).Min(one => one.Id.Value);
        Divide(world, "1=90 2=10");
        world.Run(4);
        Assert.Equal([(2, 100)], Shares(world));
        world.Healthy = row => row.Version == 1 && row.Id.Value == world.Stored.Replicas.Where(one => one.Version == 1).Min(one => one.Id.Value);
        world.Run(3);
        Assert.Equal([1], world.Served.Select(replica => replica.Version));
    }

    [Fact]
    public void A_mirror_has_replicas_and_no_requests()
    {
        var world = Two(replicas: 4);
        world.Stored = world.Stored with { Service = SplitChange.Divide(world.Stored, [new VersionWeight(2, 100)], StickyRule.None, new MirrorTarget(1, 50), world.Now) };
        world.Run(10);
        Assert.Equal([1, 1, 2, 2, 2, 2], Versions(world));
        var endpoints = EndpointsView.From(world.Stored, world.Now)!;
        Assert.Equal([new VersionWeight(2, 100)], endpoints.Traffic!.Arms);
        Assert.Equal(new MirrorTarget(1, 50), endpoints.Traffic.Mirror);
        Assert.Equal(6, endpoints.Replicas.Count(replica => !replica.Draining));
    }

    [Fact]
    public void An_end_of_the_division_brings_one_version_to_all_replicas_without_a_gap()
    {
        var world = Two(replicas: 3);
        Divide(world, "1=50 2=50");
        world.Run(10);
        world.Stored = world.Stored with { Service = SplitChange.End(world.Service, 1, world.Now) };
        world.Run(20, () => Assert.True(world.Ready.Count() >= 3));
        Assert.Equal([1, 1, 1], Versions(world));
        Assert.Null(EndpointsView.From(world.Stored, world.Now)!.Traffic);
    }

    [Fact]
    public void Versions_that_run_the_same_stay_apart_while_they_share()
    {
        var world = new World(TestSpec.Of("one", min: 2));
        world.Run(3);
        world.Update(TestSpec.Of("one", min: 2, serving: serving => serving with { LoadBalancingPolicy = "round_robin" }));
        world.Run(5);
        Divide(world, "1=50 2=50");
        world.Run(10);
        Assert.Equal([1, 2], Versions(world));
        Assert.Equal(3, world.Launches);
    }

    [Fact]
    public void A_division_in_the_middle_of_a_blue_green_update_leaves_traffic_where_it_is_until_it_begins()
    {
        var world = new World(TestSpec.Of("one", min: 2));
        world.Run(3);
        world.Healthy = row => row.Version == 1;
        world.Update(TestSpec.Of("two", min: 2), UpdateMode.BlueGreen);
        world.Run(3);
        Divide(world, "1=50 2=50");
        world.Run(5, () => Assert.All(world.Served, replica => Assert.Equal(1, replica.Version)));
        world.Healthy = _ => true;
        world.Run(10);
        Assert.Equal([1, 2], Versions(world));
    }

    private static World Two(int replicas)
    {
        var world = new World(TestSpec.Of("one", min: replicas));
        world.Run(3);
        world.Update(TestSpec.Of("two", min: replicas));
        world.Run(30);
        Assert.Equal(Enumerable.Repeat(2, replicas), Versions(world));
        return world;
    }

    private static void Divide(World world, string weights) => world.Stored = world.Stored with
    {
        Service = SplitChange.Divide(
            world.Stored,
            [.. weights.Split(' ').Select(arm => arm.Split('=')).Select(pair => new VersionWeight(int.Parse(pair[0]), int.Parse(pair[1])))],
            StickyRule.None, mirror: null, world.Now),
    };

    private static IEnumerable<int> Versions(World world) => world.Live.Select(row => row.Version).Order();

    private static IEnumerable<(int Version, int Percent)> Shares(World world) =>
        (EndpointsView.From(world.Stored, world.Now)!.Traffic?.Arms ?? []).Select(arm => (arm.Version, arm.Percent));
}
