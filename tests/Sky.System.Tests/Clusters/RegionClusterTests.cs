using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>Clusters of bought nodes: the manager first, one of each whatever dies when, and gone when nothing is left.</summary>
public sealed class RegionClusterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_controller_that_dies_at_any_call_leaves_one_manager_and_one_node_in_one_cluster(bool after)
    {
        for (var at = 1; ; at++)
        {
            await using var bed = await RegionClusterBed.StartAsync(at, after);
            var deaths = await bed.LookAsync(10);
            var launches = await bed.LaunchesAsync();
            Assert.True(launches.Count == 2, $"death at call {at}: {string.Join("; ", launches.Select(launch => $"{launch.Id} {launch.State} {launch.Reason}"))}");
            Assert.All(launches, launch => Assert.Equal(NodeLaunchState.Ready, launch.State));
            Assert.Equal(["small", "gpu"], (await bed.Cloud.ListAsync(CancellationToken.None)).Select(node => node.Name));
            Assert.Equal([NodeRole.Manager, NodeRole.Worker], bed.Cluster!.Nodes.Select(node => node.Role));
            Assert.All(launches, launch => Assert.StartsWith($"c-east/{launch.Id}", launch.Request.UserData, StringComparison.Ordinal));
            if (deaths == 0)
            {
                Assert.InRange(at, 8, 100);
                return;
            }
        }
    }

    [Fact]
    public async Task The_manager_is_kept_for_a_while_and_then_given_back_and_the_cluster_is_over()
    {
        await using var bed = await RegionClusterBed.StartAsync();
        await bed.LookAsync(6);
        await bed.WantAsync(attempt: 1, over: true);
        await bed.LookAsync(20);
        Assert.Equal(["small"], (await bed.Cloud.ListAsync(CancellationToken.None)).Select(node => node.Name));
        await bed.LookAsync(130);
        Assert.Empty(await bed.Cloud.ListAsync(CancellationToken.None));
        Assert.Null(bed.Cluster);
        Assert.Equal(2, (await bed.LaunchesAsync()).Count);
    }

    [Fact]
    public async Task Where_no_manager_can_be_had_no_node_is_bought_and_it_is_told_why()
    {
        await using var bed = await RegionClusterBed.StartAsync();
        bed.Cloud.Capacity = 0;
        await bed.LookAsync(4);
        var worker = (await bed.LaunchesAsync()).Single(launch => launch.Replica is not null);
        Assert.Equal((NodeLaunchState.Void, CloudFailure.NoCapacity, "no manager for its cluster: no capacity for small"), (worker.State, worker.Failure, worker.Reason));
        Assert.DoesNotContain($"Launch {worker.Id}", bed.Cloud.Calls);
        await bed.LookAsync(4);
        Assert.Null(bed.Cluster);
    }

    [Fact]
    public async Task With_its_manager_a_cluster_goes_and_another_is_made_for_what_is_still_wanted()
    {
        await using var bed = await RegionClusterBed.StartAsync();
        await bed.LookAsync(6);
        var (first, born) = (bed.Cluster!.Nodes[0].Name, bed.Cluster.CreatedAt);
        bed.Cloud.Preempt(new NodeId(first.Value));
        await bed.LookAsync(3);
        Assert.True((await bed.LaunchesAsync()).Single(launch => launch.Replica is not null).IsLost);

        // The planner asks for another node.
        await bed.WantAsync(attempt: 2);
        await bed.LookAsync(10);
        Assert.NotEqual(born, bed.Cluster!.CreatedAt);
        Assert.NotEqual(first, bed.Cluster.Nodes[0].Name);
        Assert.Equal([NodeRole.Manager, NodeRole.Worker], bed.Cluster.Nodes.Select(node => node.Role));
        Assert.All(bed.Cluster.Nodes, node => Assert.Equal(ClusterNodeState.Ready, node.State));
        Assert.Equal(["gpu", "small"], (await bed.Cloud.ListAsync(CancellationToken.None)).Select(node => node.Name).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_after_a_lost_answer_buys_no_second_manager_whether_the_first_is_there_or_not(bool made)
    {
        await using var bed = await RegionClusterBed.StartAsync();
        if (made)
        {
            bed.Cloud.LoseAnswers = 1;
        }
        else
        {
            bed.Cloud.RefuseLaunch = new CloudException(CloudFailure.Ambiguous, "no answer");
        }

        await bed.LookAsync(1);
        bed.Cloud.RefuseLaunch = new CloudException(CloudFailure.Quota, "too many");
        await bed.LookAsync(1);
        var first = Assert.Single(await bed.LaunchesAsync(), launch => launch.Replica is null);
        Assert.Equal((NodeLaunchState.Requested, CloudFailure.Quota), (first.State, first.Failure));

        bed.Cloud.RefuseLaunch = made ? null : bed.Cloud.RefuseLaunch;
        await bed.LookAsync(5);
        var then = Assert.Single(await bed.LaunchesAsync(), launch => launch.Replica is null);
        Assert.Equal(made ? NodeLaunchState.Ready : NodeLaunchState.Requested, then.State);
        Assert.Equal(2, bed.Cloud.Calls.Count(call => call == $"Launch {first.Id}"));

        // Once lists had their time and show nothing, it is void, and its place counts as refused.
        await bed.LookAsync(12);
        var last = (await bed.LaunchesAsync()).Where(launch => launch.Replica is null).ToList();
        Assert.Equal(made ? NodeLaunchState.Ready : NodeLaunchState.Void, last[0].State);
        Assert.Equal(made ? ["small", "gpu"] : [], (await bed.Cloud.ListAsync(CancellationToken.None)).Select(node => node.Name));
    }
}
