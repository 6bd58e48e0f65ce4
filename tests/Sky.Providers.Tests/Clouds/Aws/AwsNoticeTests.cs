using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>What EC2 says of the end of instances.</summary>
public sealed class AwsNoticeTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    [Theory]
    [InlineData("marked-for-termination")]
    [InlineData("instance-terminated-no-capacity")]
    [InlineData("instance-terminated-by-price")]
    public async Task A_spot_instance_that_is_marked_has_notice_with_its_time(string status)
    {
        var cloud = Start();
        var node = await LaunchAsync(cloud, Request(spot: true));
        Assert.Null(Assert.Single(await cloud.ListAsync(Cancel)).Notice);

        Proxy.Mark(node.Name, status);
        var told = new NodeNotice { Kind = NodeNoticeKind.Interruption, At = new DateTimeOffset(2026, 8, 1, 12, 2, 0, TimeSpan.Zero), Detail = status };
        Assert.Equal(told, Assert.Single(await cloud.ListAsync(Cancel)).Notice);
        Assert.Equal(told, (await Start().GetAsync(node.Id, Cancel))!.Notice);
    }

    [Theory]
    [InlineData("fulfilled")]
    [InlineData("request-canceled-and-instance-running")]
    public async Task What_says_that_it_runs_is_no_notice(string status)
    {
        var cloud = Start();
        Proxy.Mark((await LaunchAsync(cloud, Request(spot: true))).Name, status);
        Assert.Null(Assert.Single(await cloud.ListAsync(Cancel)).Notice);
    }

    [Fact]
    public async Task Spot_requests_are_asked_for_only_where_there_are_spot_instances_and_only_ours()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        await cloud.ListAsync(Cancel);
        Assert.DoesNotContain(Proxy.Calls, call => call.Action == "DescribeSpotInstanceRequests");

        var theirs = await LaunchAsync(Start(new OwnerId("them")), Request("sky-9", spot: true));
        Proxy.Mark(theirs.Name, "marked-for-termination");
        await LaunchAsync(cloud, Request("sky-2", spot: true));
        Assert.All(await cloud.ListAsync(Cancel), node => Assert.Null(node.Notice));
        Assert.Contains(Proxy.Calls, call => call.Action == "DescribeSpotInstanceRequests");
    }

    [Theory]
    [InlineData("Server.SpotInstanceTermination")]
    [InlineData("Server.SpotInstanceShutdown")]
    public void An_instance_that_goes_because_spot_ends_has_notice(string code)
    {
        var going = AwsView.Of(InstanceIn(InstanceStateName.ShuttingDown, code), null)!;
        Assert.Equal((false, NodeNoticeKind.Interruption, code), (going.Running, going.Notice!.Kind, going.Notice.Detail));
        Assert.Null(AwsView.Of(InstanceIn(InstanceStateName.Terminated, code), null));
        Assert.Null(AwsView.Of(InstanceIn(InstanceStateName.ShuttingDown, "Client.UserInitiatedShutdown"), null)!.Notice);
    }

    [Theory]
    [InlineData("Server.InsufficientInstanceCapacity", CloudFailure.NoCapacity)]
    [InlineData("Server.InternalError", CloudFailure.Unavailable)]
    [InlineData("Client.VolumeLimitExceeded", CloudFailure.Quota)]
    [InlineData("Client.InvalidSnapshot.NotFound", CloudFailure.Invalid)]
    [InlineData("Client.InternalError", CloudFailure.Invalid)]
    public async Task An_instance_that_EC2_began_and_ended_is_a_launch_that_failed_until_it_is_removed(string code, CloudFailure failure)
    {
        var cloud = Start();
        var request = Request();
        var launch = NodeLifecycle.Launched(
            new NodeLaunch { Request = request, State = NodeLaunchState.Requested, CreatedAt = Time.GetUtcNow(), ChangedAt = Time.GetUtcNow() }, await LaunchAsync(cloud, request), Time.GetUtcNow());
        await Proxy.EndAsync(launch.Name!, code);

        var seen = Assert.Single(await cloud.ListAsync(Cancel));
        Assert.Equal(failure, seen.Failure!.Failure);
        Assert.Contains(code, seen.Failure.Reason, StringComparison.Ordinal);
        (launch, var call) = NodeLifecycle.Next(launch, wanted: true, new NodeSight(true, seen), Time.GetUtcNow());
        Assert.Equal(NodeCall.Delete, call);
        await cloud.DeleteAsync(request.Node, Cancel);

        (launch, _) = NodeLifecycle.Next(launch, wanted: true, new NodeSight(true, (await cloud.ListAsync(Cancel)).SingleOrDefault()), Time.GetUtcNow());
        Assert.Equal((NodeLaunchState.Void, failure), (launch.State, launch.Failure));
    }

    private static Instance InstanceIn(InstanceStateName state, string code) => new()
    {
        InstanceId = "i-1", State = new InstanceState { Name = state }, StateReason = new StateReason { Code = code, Message = code }, Tags = [new Tag("sky-node", "sky-1")],
    };
}
