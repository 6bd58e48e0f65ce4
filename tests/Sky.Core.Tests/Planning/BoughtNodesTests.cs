using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Replicas whose nodes are bought.</summary>
public sealed class BoughtNodesTests
{
    private static readonly IReadOnlyList<Offering> _zones = [Offer("a", 1), Offer("b", 2), Offer("c", 3)];

    [Fact]
    public void Nothing_runs_before_its_node_is_there()
    {
        var world = Of(1);
        world.Pass();
        Assert.Equal((ReplicaState.Provisioning, 1, 0), (world.Row(1).State, world.Row(1).NodeAttempt, world.Launches));
        world.Pass();
        Assert.Equal(0, world.Launches);
        world.Run(3);
        Assert.Equal((ReplicaState.Ready, 1), (world.Row(1).State, world.Launches));
        Assert.Equal(("node-1-1", "engine-node-1-1", "a"), (world.Row(1).Placement.Node, world.Row(1).Placement.NodeId, world.Row(1).Placement.Zone));
    }

    [Fact]
    public void Where_a_zone_refuses_the_next_cheapest_is_taken_under_the_same_replica()
    {
        var world = Of(1);
        world.Market!.Refusing["a"] = CloudFailure.NoCapacity;
        world.Market.Refusing["b"] = CloudFailure.NoCapacity;
        world.Run(12);
        Assert.Equal((ReplicaState.Ready, "c", 3), (world.Row(1).State, world.Row(1).Placement.Zone, world.Row(1).NodeAttempt));
        Assert.Single(world.Stored.Replicas);
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void A_zone_that_refused_is_left_out_by_all_until_that_fades()
    {
        var world = Of(1);
        world.Market!.Refusing["a"] = CloudFailure.NoCapacity;
        world.Run(5);
        world.Change(service => service with { PinnedReplicas = 3 });
        world.Run(5);
        Assert.Equal(["b", "b", "b"], world.Ready.Select(row => row.Placement.Zone));

        world.Market.Refusing.Clear();
        world.Run(60);
        world.Change(service => service with { PinnedReplicas = 4 });
        world.Run(5);
        Assert.Equal("a", world.Ready.Last().Placement.Zone);
    }

    [Fact]
    public void Refusals_in_a_row_make_the_pause_longer()
    {
        var start = DateTimeOffset.UnixEpoch;
        var place = Of(1).Snapshot().Placements[0].Placement;
        var refusals = Enumerable.Range(0, 3).Select(i => Refused("a", CloudFailure.NoCapacity, start.AddSeconds(i))).ToList();
        Assert.Equal(start.AddSeconds(60), BoughtNodes.AvoidedUntil(refusals[..1], place, start));
        var until = BoughtNodes.AvoidedUntil(refusals, place, start.AddSeconds(2))!.Value;
        Assert.InRange((until - start).TotalSeconds, 120, 240);
        Assert.Null(BoughtNodes.AvoidedUntil(refusals, place, until));
        Assert.Null(BoughtNodes.AvoidedUntil(refusals, place with { Zone = "b" }, start));
    }

    [Fact]
    public void A_quota_counts_for_the_region_and_a_missing_permission_for_the_cloud()
    {
        var place = Of(1).Snapshot().Placements[0].Placement;
        NodeLaunch[] quota = [Refused("a", CloudFailure.Quota, DateTimeOffset.UnixEpoch)];
        NodeLaunch[] unauthorized = [Refused("a", CloudFailure.Unauthorized, DateTimeOffset.UnixEpoch)];
        Assert.NotNull(BoughtNodes.AvoidedUntil(quota, place with { Zone = "b" }, DateTimeOffset.UnixEpoch));
        Assert.Null(BoughtNodes.AvoidedUntil(quota, place with { Region = "west" }, DateTimeOffset.UnixEpoch));
        Assert.NotNull(BoughtNodes.AvoidedUntil(unauthorized, place with { Region = "west" }, DateTimeOffset.UnixEpoch));
        Assert.Null(BoughtNodes.AvoidedUntil(unauthorized, place with { Cloud = "azure" }, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void While_nothing_can_be_had_a_replica_waits_and_says_why()
    {
        var world = Of(1);
        foreach (var zone in "abc")
        {
            world.Market!.Refusing[$"{zone}"] = CloudFailure.NoCapacity;
        }

        world.Run(20);
        Assert.Equal(ReplicaState.Provisioning, world.Row(1).State);
        Assert.Contains("nothing else can be had now", world.Row(1).Reason, StringComparison.Ordinal);
        Assert.Equal(3, world.Row(1).NodeAttempt);

        world.Market!.Refusing.Clear();
        world.Run(60);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
        Assert.Null(world.Service.Progress(1).FailedAt);
    }

    [Fact]
    public void A_replica_ends_with_its_node_and_another_takes_its_place()
    {
        var world = Of(2);
        world.Run(5);
        world.Market!.Take(1);
        world.Pass();
        Assert.Equal((ReplicaState.Stopping, StopCause.Preempted), (world.Row(1).State, world.Row(1).StopCause));
        world.Run(6);
        Assert.Equal(2, world.Ready.Count());
        Assert.DoesNotContain(world.Stored.Replicas, row => row.Id.Value == 1);
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void A_node_that_is_lost_while_its_replica_waits_is_bought_elsewhere_or_again()
    {
        var world = Of(1);
        world.Pass();
        world.Market!.Take(1);
        world.Run(5);
        Assert.Equal((ReplicaState.Ready, 2), (world.Row(1).State, world.Row(1).NodeAttempt));
    }

    [Fact]
    public void A_replica_is_placed_though_the_cluster_of_its_node_does_not_answer_yet()
    {
        var world = OfCluster();
        world.Silent.Add(Cluster);
        world.Pass();
        Assert.Equal((ReplicaState.Provisioning, Cluster, 1), (world.Row(1).State, world.Row(1).Placement.EngineName, world.Row(1).NodeAttempt));
        world.Run(3);
        Assert.Equal(0, world.Launches);
        world.Silent.Clear();
        world.Run(3);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
    }

    [Fact]
    public void A_replica_of_a_cluster_that_is_gone_with_its_node_is_over_though_nobody_can_be_asked()
    {
        var world = OfCluster();
        world.Run(5);
        Assert.Equal(ReplicaState.Ready, world.Row(1).State);
        world.Market!.Take(1);
        world.Silent.Add(Cluster);
        world.Run(3);
        Assert.DoesNotContain(world.Stored.Replicas, row => row.Id.Value == 1 && !row.State.IsTerminal());
        world.Silent.Clear();
        world.Run(5);
        Assert.Single(world.Ready);
        Assert.Equal(0, world.Service.Progress(1).FailuresInARow);
    }

    [Fact]
    public void A_replica_that_never_stood_on_its_node_ends_without_its_engine()
    {
        var world = OfCluster();
        world.Silent.Add(Cluster);
        world.Pass();
        world.Down();
        world.Run(2);
        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.Empty(world.Stored.Replicas);
        Assert.DoesNotContain(world.Events, line => line.Contains("FAILED_CLEANUP", StringComparison.Ordinal));
    }

    private const string Cluster = "swarm/sim-east";

    private static World OfCluster()
    {
        var world = Of(1);
        world.Offerings = [.. _zones.Select(offer => offer with { Engine = Cluster })];
        return world;
    }

    private static Offering Offer(string zone, double cost) => new()
    {
        Cloud = "sim", Region = "east", Zone = zone, InstanceType = "large", Cpus = 4, Memory = 16, UseSpot = true, HourlyCost = cost,
    };

    private static NodeLaunch Refused(string zone, CloudFailure how, DateTimeOffset at) => new()
    {
        Request = new NodeRequest(new NodeId("n"), 1, Offer(zone, 1)), State = NodeLaunchState.Void, Failure = how, CreatedAt = at, ChangedAt = at,
    };

    private static World Of(int replicas) => new(TestSpec.Of(min: replicas) with
    {
        Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { Cloud = "sim", UseSpot = true }] },
    })
    {
        Offerings = _zones,
        Market = new NodeMarket(),
    };
}
