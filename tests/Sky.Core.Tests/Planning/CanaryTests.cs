using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Traffic.Canaries;
using Sky.Core.Traffic.Experiments;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Canaries through the planner: what they make of replicas and of what gateways are told.</summary>
public sealed class CanaryTests
{
    private static readonly CanarySpec Spec = new() { Percent = 10, PromoteAfterSeconds = 60, Metrics = [ArmMetrics.ErrorRate] };

    [Fact]
    public void One_that_is_not_worse_is_raised_step_by_step_until_it_has_all()
    {
        var world = Start(replicas: 4);
        world.Arms = Sights(errors: 0);
        var shares = new List<int>();
        world.Run(300, () =>
        {
            Assert.True(world.Served.Count() >= 4);
            var share = EndpointsView.From(world.Stored, world.Now)!.Traffic?.Arms.FirstOrDefault(arm => arm.Version == 2).Percent ?? -1;
            if (shares.LastOrDefault(-2) != share)
            {
                shares.Add(share);
            }
        });

        Assert.Equal([0, 10, 25, 50, -1], shares);
        Assert.Equal((2, 1, null, null), (world.Service.TargetVersion, world.Service.PreviousVersion, world.Service.Canary, world.Service.Traffic));
        Assert.Equal(3, world.Service.TrafficGenerations);
        Assert.Equal([2, 2, 2, 2], world.Live.Select(row => row.Version));
        Assert.Contains(world.Events, happened => happened.Contains("it gets all requests", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_is_worse_gets_nothing_at_once_and_is_marked_and_drained()
    {
        var world = Start(replicas: 4);
        world.Arms = Sights(errors: 0);
        world.Run(150);
        Assert.Equal(2, world.Service.Canary!.Step);
        world.Arms = Sights(errors: 200);
        world.Run(1);
        Assert.All(world.Served, replica => Assert.Equal(1, replica.Version));
        Assert.Equal((3, ServiceTraffic.NotCounted), (world.Service.TrafficGenerations, EndpointsView.From(world.Stored, world.Now)!.Traffic!.Generation));
        world.Run(30);
        Assert.Equal((1, null, null, 2), (world.Service.TargetVersion, world.Service.Canary, world.Service.Traffic, world.Service.RolledBackFrom));
        Assert.Equal([1, 1, 1, 1], world.Live.Select(row => row.Version));
        Assert.StartsWith("error_rate is worse", world.Service.Progress(2).FailedReason, StringComparison.Ordinal);
        Assert.Contains("Version 2 was given up (error_rate is worse", StatusView.From(world.Stored, world.Load, null, world.Now).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_never_becomes_ready_goes_back_without_a_request()
    {
        var world = Start(replicas: 2, (version, replica) => version == 2
            ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
            : null);
        world.Run(20, () => Assert.All(world.Served, replica => Assert.Equal(1, replica.Version)));
        Assert.Equal((1, null), (world.Service.TargetVersion, world.Service.Canary));
        Assert.Equal([1, 1], world.Live.Select(row => row.Version));
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("header:X-User", "header:X-User")]
    public void Its_requests_are_drawn_unless_users_are_to_stay_and_that_holds_for_every_share(string? sticky, string rule)
    {
        var world = Start(replicas: 4, spec: Spec with { Sticky = sticky });
        world.Arms = Sights(errors: 0);
        var steps = new HashSet<int>();
        world.Run(150, () =>
        {
            Assert.Equal(rule, $"{world.Service.Traffic!.Sticky}");
            steps.Add(world.Service.Canary!.Step);
        });
        Assert.Equal([0, 1, 2], steps.Order());
        Assert.StartsWith("Requests stick by", (Spec with { Sticky = "cookie" }).Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_and_a_rollback_end_it()
    {
        var world = Start(replicas: 2);
        world.Run(10);
        world.Update(TestSpec.Of("three", min: 2));
        Assert.Null(world.Service.Canary);
        world.Run(30);
        Assert.Equal([3, 3], world.Live.Select(row => row.Version));
    }

    private static World Start(int replicas, Func<int, EngineReplica, EngineReplica?>? start = null, CanarySpec? spec = null)
    {
        var world = new World(TestSpec.Of("one", min: replicas)) { Start = start ?? ((_, _) => null) };
        world.Run(3);
        var second = world.Stored.Versions[1] with { Number = 2, Spec = TestSpec.Of("two", min: replicas) };
        Assert.Null(CanaryChange.Problem(world.Service));
        world.Stored = world.Stored with
        {
            Versions = new Dictionary<int, VersionRecord>(world.Stored.Versions) { [2] = second },
            Service = CanaryChange.Start(world.Stored, 2, spec ?? Spec, world.Now),
        };
        return world;
    }

    private static Dictionary<int, ArmSight> Sights(long errors) => new()
    {
        [1] = new(new ArmTotals { Requests = 1000, Errors = 0 }, default),
        [2] = new(new ArmTotals { Requests = 500, Errors = errors }, default),
    };
}
