using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Xunit;

namespace Sky.Core.Tests.Clouds;

/// <summary>The cluster of a region: when it is made, who manages it, who belongs to it, and when it is over.</summary>
public sealed class RegionClusterRulesTests
{
    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly RegionCluster _region = new("aws", "us-east-1");
    private static readonly TimeSpan _linger = RegionClusterRules.Linger;

    [Fact]
    public void Its_names_are_those_of_the_cloud_and_the_region()
    {
        Assert.Equal(("aws-us-east-1", "swarm/aws-us-east-1"), (_region.Name.Value, _region.Engine));
        Assert.Equal(_region, RegionCluster.Of(Offer()));
        Assert.Null(RegionCluster.Of(Offer() with { Owned = true }));
        Assert.Null(RegionCluster.Of(Offer() with { Engine = "process" }));
        Assert.True(RegionCluster.IsReserved("aws-home") && RegionCluster.IsReserved("azure-x") && RegionCluster.IsReserved("sim-a"));
        Assert.False(RegionCluster.IsReserved("awsome") || RegionCluster.IsReserved("east"));
    }

    [Fact]
    public void It_is_needed_while_a_node_is_wanted_and_for_a_while_after_if_it_has_a_manager()
    {
        Assert.True(RegionClusterRules.IsNeeded([Worker(NodeLaunchState.Requested)], _linger, _start));
        Assert.True(RegionClusterRules.IsNeeded([Worker(NodeLaunchState.Ending)], _linger, _start));
        Assert.False(RegionClusterRules.IsNeeded([Manager(NodeLaunchState.Ready)], _linger, _start));

        var ended = Worker(NodeLaunchState.Ended) with { LaunchedAt = _start, EndedAt = _start };
        Assert.True(RegionClusterRules.IsNeeded([ended, Manager(NodeLaunchState.Ready)], _linger, _start.AddMinutes(9)));
        Assert.False(RegionClusterRules.IsNeeded([ended, Manager(NodeLaunchState.Ready)], _linger, _start.AddMinutes(11)));
        Assert.False(RegionClusterRules.IsNeeded([ended, Manager(NodeLaunchState.Ready)], TimeSpan.Zero, _start.AddMinutes(1)));

        // None is bought only to wait.
        Assert.False(RegionClusterRules.IsNeeded([ended, Manager(NodeLaunchState.Ended)], _linger, _start.AddMinutes(1)));

        // What was never had keeps nothing.
        Assert.False(RegionClusterRules.IsNeeded([Worker(NodeLaunchState.Void) with { EndedAt = _start }, Manager(NodeLaunchState.Ready)], _linger, _start));
    }

    [Fact]
    public void Its_manager_is_the_cheapest_that_is_enough_on_demand_and_not_where_it_was_refused()
    {
        Offering[] all =
        [
            Offer("tiny") with { Cpus = 1, HourlyCost = 0.01 }, Offer("spot") with { UseSpot = true, HourlyCost = 0.01 }, Offer("arm") with { Architecture = "arm64", HourlyCost = 0.01 },
            Offer("gpu") with { Accelerator = "L4", AcceleratorCount = 1, HourlyCost = 0.01 }, Offer("unknown") with { HourlyCost = null }, Offer("elsewhere") with { Region = "eu", HourlyCost = 0.01 },
            Offer("second") with { HourlyCost = 0.05 }, Offer("first") with { HourlyCost = 0.04 },
        ];
        Assert.Equal("first", RegionClusterRules.Manager(_region, all, [], _start)?.InstanceType);
        var refused = Manager(NodeLaunchState.Void, "first") with { Failure = CloudFailure.Invalid, EndedAt = _start };
        Assert.Equal("second", RegionClusterRules.Manager(_region, all, [refused], _start)?.InstanceType);
        Assert.Null(RegionClusterRules.Manager(_region, all[..6], [], _start));
    }

    [Fact]
    public void No_node_is_bought_before_its_manager_and_none_where_no_manager_can_be_had()
    {
        var worker = Worker(NodeLaunchState.Requested);
        var (waits, call) = Next(worker, RegionClusterRules.Sight([], mayBuy: true));
        Assert.Equal((NodeCall.Nothing, "the manager of its cluster is bought first"), (call, waits.Reason));
        Assert.Equal(NodeCall.Nothing, Next(worker, RegionClusterRules.Sight([Manager(NodeLaunchState.Requested)], mayBuy: true)).Call);
        Assert.Equal(NodeCall.Launch, Next(worker, RegionClusterRules.Sight([Manager(NodeLaunchState.Booting)], mayBuy: true)).Call);

        // The next place is tried, and when there is none the node is refused as the manager was.
        var refused = Manager(NodeLaunchState.Void) with { Failure = CloudFailure.Quota, Reason = "too many" };
        Assert.Equal(NodeCall.Nothing, Next(worker, RegionClusterRules.Sight([refused], mayBuy: true)).Call);
        var gone = Next(worker, RegionClusterRules.Sight([refused], mayBuy: false)).Launch;
        Assert.Equal((NodeLaunchState.Void, CloudFailure.Quota, "no manager for its cluster: too many"), (gone.State, gone.Failure, gone.Reason));
    }

    [Theory]
    [InlineData(NodeLaunchState.Ending)]
    [InlineData(NodeLaunchState.Ended)]
    public void With_its_manager_a_cluster_is_lost_and_made_anew_once_nothing_is_left_of_it(NodeLaunchState state)
    {
        var manager = Manager(state) with { LaunchedAt = _start };
        var worker = Worker(NodeLaunchState.Ready) with { LaunchedAt = _start };
        var sight = RegionClusterRules.Sight([manager], mayBuy: true);
        Assert.True(sight.IsLost);
        var next = Next(worker, sight);
        Assert.Equal((NodeLaunchState.Ending, NodeCall.Delete), (next.Launch.State, next.Call));
        Assert.True(next.Launch.IsLost);

        var cluster = RegionClusterRules.Follow(Cluster(Member(manager), Member(worker)), [manager, next.Launch], _start);
        Assert.All(cluster.Nodes, node => Assert.Equal(ClusterNodeState.Removing, node.State));
        Assert.False(RegionClusterRules.IsOver(Cluster(), [manager, next.Launch, Worker(NodeLaunchState.Requested, 2)], needed: true));
        var over = next.Launch with { State = NodeLaunchState.Ended };
        Assert.True(RegionClusterRules.IsOver(Cluster(), [manager with { State = NodeLaunchState.Ended }, over, Worker(NodeLaunchState.Requested, 2)], needed: true));

        // Made anew it has no manager yet, whoever managed it before.
        Assert.Empty(RegionClusterRules.Managers(Cluster() with { CreatedAt = _start.AddMinutes(1) }, [manager]));
    }

    [Fact]
    public void Nodes_are_announced_with_their_address_the_manager_first_and_taken_out_when_they_go()
    {
        var manager = Manager(NodeLaunchState.Booting) with { Address = "10.0.0.1" };
        var worker = Worker(NodeLaunchState.Booting) with { Address = "10.0.0.2" };
        var cluster = RegionClusterRules.Follow(Cluster(), [worker, manager, Worker(NodeLaunchState.Booting, 2)], _start);
        Assert.Equal([("10.0.0.1", NodeRole.Manager), ("10.0.0.2", NodeRole.Worker)], cluster.Nodes.Select(node => (node.Address, node.Role)));
        Assert.All(cluster.Nodes, node => Assert.Equal(ClusterNodeState.Joining, node.State));
        Assert.Same(cluster, RegionClusterRules.Follow(cluster, [worker, manager], _start.AddMinutes(1)));

        // Without a manager there is nothing to join.
        Assert.Empty(RegionClusterRules.Follow(Cluster(), [worker], _start).Nodes);

        var joined = ClusterRules.Joined(ClusterRules.Joined(cluster, new NodeName(manager.Id.Value), "m"), new NodeName(worker.Id.Value), "w");
        Assert.Same(joined, RegionClusterRules.Follow(joined, [worker, manager], _start));
        var without = RegionClusterRules.Follow(joined, [worker with { State = NodeLaunchState.Ending }, manager], _start);
        Assert.Equal([ClusterNodeState.Ready, ClusterNodeState.Removing], without.Nodes.Select(node => node.State));
    }

    [Fact]
    public void It_is_over_when_it_is_empty_and_not_needed()
    {
        Assert.True(RegionClusterRules.IsOver(Cluster(), [], needed: false));
        Assert.False(RegionClusterRules.IsOver(Cluster(), [], needed: true));
        Assert.False(RegionClusterRules.IsOver(Cluster(), [Manager(NodeLaunchState.Ending)], needed: false));
        Assert.False(RegionClusterRules.IsOver(Cluster(Member(Manager(NodeLaunchState.Ended))), [Manager(NodeLaunchState.Ended)], needed: false));
    }

    private static (NodeLaunch Launch, NodeCall Call) Next(NodeLaunch launch, RegionClusterSight cluster) =>
        NodeLifecycle.Next(launch, wanted: true, new NodeSight(false, null) { Cluster = cluster }, _start);

    private static ClusterRecord Cluster(params ClusterNode[] nodes) =>
        new() { Name = _region.Name, Cloud = _region.Cloud, Region = _region.Region, CreatedAt = _start, Nodes = nodes };

    private static ClusterNode Member(NodeLaunch launch) => new()
    {
        Name = new NodeName(launch.Id.Value), Address = $"10.0.0.{launch.Request.Attempt}", Role = launch.Replica is null ? NodeRole.Manager : NodeRole.Worker,
        State = ClusterNodeState.Ready, EngineId = launch.Id.Value, AddedAt = _start,
    };

    private static NodeLaunch Manager(NodeLaunchState state, string type = "m") => Launch("sky-0", Offer(type), null, state);

    private static NodeLaunch Worker(NodeLaunchState state, int replica = 1) =>
        Launch($"sky-{replica}", Offer("g"), new ReplicaKey(new ServiceName("svc"), new ReplicaId(replica)), state);

    private static NodeLaunch Launch(string id, Offering offering, ReplicaKey? replica, NodeLaunchState state) => new()
    {
        Request = new NodeRequest(new NodeId(id), 1, offering), Replica = replica, State = state, CreatedAt = _start, ChangedAt = _start,
    };

    private static Offering Offer(string type = "m") => new()
    {
        Cloud = "aws", Region = "us-east-1", Zone = "us-east-1a", InstanceType = type, Cpus = 2, Memory = 8, HourlyCost = 0.1, Architecture = "x86_64", Engine = _region.Engine,
    };
}
