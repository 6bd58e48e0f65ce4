using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>What is seen of nodes over regions, owners and lists that lag, and how they end.</summary>
public sealed class AwsFleetTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    private static readonly NodeId _node = new("sky-1");

    [Fact]
    public async Task Two_owners_in_one_account_never_see_or_touch_what_is_the_others()
    {
        var (us, them) = (Start(), Start(new OwnerId("them")));
        var ours = await LaunchAsync(us, Request());
        var theirs = await LaunchAsync(them, Request("sky-2"));

        Assert.Equal(ours.Name, Assert.Single(await us.ListAsync(Cancel)).Name);
        Assert.Equal(theirs.Name, Assert.Single(await Start(new OwnerId("them")).ListAsync(Cancel)).Name);
        Assert.Null(await them.GetAsync(_node, Cancel));
        await them.DeleteAsync(_node, Cancel);
        await Start(new OwnerId("third")).DeleteAsync(_node, Cancel);
        Assert.Equal(2, (await LivingAsync()).Count);

        var living = await LivingAsync();
        Assert.Equal(2, living.Select(instance => instance.VpcId).Distinct().Count());
        Assert.Equal(2, living.Select(instance => Assert.Single(Assert.Single(instance.NetworkInterfaces).Groups).GroupId).Distinct().Count());
        await them.DeleteAsync(new NodeId("sky-2"), Cancel);
        Assert.Equal(ours.Name, Assert.Single(await LivingAsync()).InstanceId);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_end()
    {
        var cloud = Start();
        foreach (var node in new[] { "sky-1", "sky-2", "sky-3" })
        {
            await LaunchAsync(cloud, Request(node));
        }

        Proxy.LargestPage = 1;
        var before = Proxy.Calls.Count;
        Settings = Settings with { Regions = [Region] };
        Assert.Equal(["sky-1", "sky-2", "sky-3"], (await Start().ListAsync(Cancel)).Select(node => node.Id.Value).Order());
        var pages = Proxy.Calls.Skip(before).Where(call => call.Action == "DescribeInstances").ToList();
        Assert.Equal(3, pages.Count);
        Assert.Equal([false, true, true], pages.Select(call => call.Parameter("NextToken") is { Length: > 0 }));

        // What is on the last page can be ended too.
        await Start().DeleteAsync(new NodeId("sky-3"), Cancel);
        Assert.Equal(["sky-1", "sky-2"], (await Start().ListAsync(Cancel)).Select(node => node.Id.Value).Order());
    }

    [Fact]
    public async Task A_node_that_was_just_made_is_there_though_no_list_has_it_yet_and_can_be_ended()
    {
        Proxy.ListLag = 1000;
        var cloud = Start();
        var made = await LaunchAsync(cloud, Request());
        Assert.Equal(made, Assert.Single(await cloud.ListAsync(Cancel)));
        Assert.Equal(made, await cloud.GetAsync(_node, Cancel));

        await cloud.DeleteAsync(_node, Cancel);
        Assert.Empty(await LivingAsync());
        Assert.Empty(await cloud.ListAsync(Cancel));
        Assert.Null(await cloud.GetAsync(_node, Cancel));
    }

    [Fact]
    public async Task A_node_that_no_list_has_after_a_minute_is_gone()
    {
        var cloud = Start();
        var made = await LaunchAsync(cloud, Request());
        await Proxy.EndAsync(made.Name, "Server.SpotInstanceTermination");
        Assert.Equal(made, Assert.Single(await cloud.ListAsync(Cancel)));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await cloud.ListAsync(Cancel));
        Assert.Null(await cloud.GetAsync(_node, Cancel));
    }

    [Fact]
    public async Task One_that_EC2_has_just_made_and_does_not_know_yet_is_ended_by_asking_again()
    {
        Proxy.ListLag = 1000;
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        Proxy.FailNext("TerminateInstances", Ec2Fault.Refused, "InvalidInstanceID.NotFound");
        var early = await Assert.ThrowsAsync<CloudException>(() => cloud.DeleteAsync(_node, Cancel));
        Assert.Equal(CloudFailure.Unavailable, early.Failure);
        await cloud.DeleteAsync(_node, Cancel);
        Assert.Empty(await LivingAsync());
    }

    [Fact]
    public async Task Ending_what_is_unknown_or_gone_is_done_and_asks_for_nothing()
    {
        var cloud = Start();
        await cloud.DeleteAsync(_node, Cancel);
        Assert.DoesNotContain(Proxy.Calls, call => call.Action == "TerminateInstances");

        await LaunchAsync(cloud, Request());
        Assert.Single(await cloud.ListAsync(Cancel));
        Time.Advance(TimeSpan.FromMinutes(2));
        Proxy.FailNext("TerminateInstances", Ec2Fault.Refused, "InvalidInstanceID.NotFound");
        await cloud.DeleteAsync(_node, Cancel);
    }

    [Fact]
    public async Task All_regions_are_asked_once_and_then_only_those_with_something_and_all_again_after_a_while()
    {
        await LaunchAsync(Start(), Request());
        var cloud = Start();
        Assert.Equal([Region, "us-east-1"], await AskedAsync(cloud));
        Assert.Equal([Region], await AskedAsync(cloud));
        await LaunchAsync(cloud, Request("sky-2", zone: "us-east-1a"));
        Assert.Equal([Region, "us-east-1"], await AskedAsync(cloud));
        Assert.Equal(2, (await cloud.ListAsync(Cancel)).Count);

        var other = Start();
        await other.DeleteAsync(new NodeId("sky-2"), Cancel);
        Assert.Empty(await LivingAsync("us-east-1"));
        var fresh = Start();
        await AskedAsync(fresh);
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([Region, "us-east-1"], await AskedAsync(fresh));
    }

    [Fact]
    public async Task A_region_that_does_not_answer_makes_nobody_gone()
    {
        await LaunchAsync(Start(), Request());
        var cloud = Start();
        Proxy.FailNext("DescribeInstances", Ec2Fault.Refused, "InternalError", 500);
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync(Cancel))).Failure);
        Proxy.FailNext("DescribeInstances", Ec2Fault.Lost);
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync(Cancel))).Failure);
        Assert.Single(await cloud.ListAsync(Cancel));

        // Where there is nothing, nothing can be missed.
        Time.Advance(TimeSpan.FromMinutes(10));
        Proxy.FailNext("DescribeInstances", Ec2Fault.Refused, "AuthFailure", 401, "us-east-1");
        Assert.Single(await cloud.ListAsync(Cancel));
    }

    private async Task<IEnumerable<string>> AskedAsync(Sky.Providers.Clouds.Aws.AwsCloud cloud)
    {
        var before = Proxy.Calls.Count;
        await cloud.ListAsync(Cancel);
        return Proxy.Calls.Skip(before).Where(call => call.Action == "DescribeInstances").Select(call => call.Region).Order();
    }
}
