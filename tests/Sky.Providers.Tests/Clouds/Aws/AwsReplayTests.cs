using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Providers.Clouds.Aws;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>Launches that break off anywhere and are asked for again make one instance in one network.</summary>
public sealed class AwsReplayTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    // DescribeImages, then the parts of the network, then RunInstances.
    private const int Calls = 16;

    public static TheoryData<int, Ec2Fault, int> Deaths()
    {
        TheoryData<int, Ec2Fault, int> deaths = [];
        for (var at = 1; at <= Calls; at++)
        {
            deaths.Add(at, Ec2Fault.Lost, 0);
            deaths.Add(at, Ec2Fault.AnswerLost, 0);
            // The list that follows does not have it yet.
            deaths.Add(at, Ec2Fault.AnswerLost, 1);
        }

        return deaths;
    }

    [Fact]
    public async Task A_first_launch_needs_so_many_calls_and_a_second_one_only_one()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        Assert.Equal(Calls, Proxy.Calls.Count);
        await LaunchAsync(cloud, Request("sky-2"));
        Assert.Equal(Calls + 1, Proxy.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_controller_that_dies_at_any_call_leaves_one_network_and_one_instance(int at, Ec2Fault fault, int lag)
    {
        Proxy.ListLag = lag;
        await BreakAtAsync(at, fault);
        var node = await LaunchAsync(Start(), Request());

        var instance = Assert.Single(await LivingAsync());
        Assert.Equal(node.Name, instance.InstanceId);
        await AssertOneNetworkAsync();
    }

    [Fact]
    public async Task A_launch_whose_answer_was_lost_is_answered_again()
    {
        var cloud = Start();
        Proxy.FailNext("RunInstances", Ec2Fault.AnswerLost);
        var lost = await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request(), Cancel)));
        Assert.Equal(CloudFailure.Ambiguous, lost.Failure);

        var made = Assert.Single(await LivingAsync());
        Assert.Equal(made.InstanceId, (await cloud.LaunchAsync(Request(), Cancel)).Name);
        Assert.Equal(made.InstanceId, (await LaunchAsync(Start(), Request())).Name);
        Assert.Single(await LivingAsync());
    }

    [Fact]
    public async Task A_replay_in_other_words_finds_what_the_first_made()
    {
        var first = await LaunchAsync(Start(), Request());
        Settings = Settings with { DiskGb = 200 };
        Assert.Equal(first.Name, (await LaunchAsync(Start(), Request())).Name);
        Assert.Single(await LivingAsync());
    }

    [Fact]
    public async Task A_replay_of_what_is_long_over_says_so_and_makes_nothing()
    {
        var cloud = Start();
        Proxy.FailNext("RunInstances", Ec2Fault.Refused, "IdempotentParameterMismatch");
        var first = await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request(), Cancel)));
        Assert.Equal(CloudFailure.Ambiguous, first.Failure);

        Time.Advance(TimeSpan.FromMinutes(2));
        Proxy.FailNext("RunInstances", Ec2Fault.Refused, "IdempotentParameterMismatch");
        var second = await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request(), Cancel)));
        Assert.Equal(CloudFailure.NotFound, second.Failure);
        Assert.Empty(await InstancesAsync());
    }

    [Fact]
    public async Task Another_attempt_is_another_instance_and_the_newest_is_the_node()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        var second = await LaunchAsync(cloud, Request(attempt: 2));
        Assert.Equal(2, (await LivingAsync()).Count);
        Assert.Equal(second.Name, (await Start().GetAsync(new NodeId("sky-1"), Cancel))!.Name);
        Assert.Equal(second.Name, Assert.Single(await Start().ListAsync(Cancel)).Name);
        await Start().DeleteAsync(new NodeId("sky-1"), Cancel);
        Assert.Empty(await LivingAsync());
    }

    [Fact]
    public async Task Launches_at_once_share_one_network()
    {
        var cloud = Start();
        await Task.WhenAll(Enumerable.Range(1, 6).Select(number => LaunchAsync(cloud, Request($"sky-{number}", zone: Region + (number % 2 == 0 ? "a" : "b")))));
        Assert.Equal(6, (await LivingAsync()).Count);
        await AssertOneNetworkAsync(subnets: 2);
    }

    private async Task BreakAtAsync(int at, Ec2Fault fault)
    {
        var cloud = Start();
        Proxy.FailAt(at, fault);
        await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request(), Cancel)));
        Assert.Equal(at, Proxy.Calls.Count);
    }

    private async Task AssertOneNetworkAsync(int subnets = 1)
    {
        using var ec2 = Ec2();
        var ours = new Filter("tag:sky-owner", ["us"]);
        var vpc = Assert.Single((await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [ours] }, Cancel)).Vpcs).VpcId;
        var gateway = Assert.Single((await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { Filters = [ours] }, Cancel)).InternetGateways);
        Assert.Equal(vpc, Assert.Single(gateway.Attachments).VpcId);
        Assert.Equal(subnets, (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [ours] }, Cancel)).Subnets.Count(subnet => subnet.VpcId == vpc));
        Assert.Equal(vpc, Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [ours] }, Cancel)).SecurityGroups).VpcId);
        var routes = (await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = [new Filter("vpc-id", [vpc])] }, Cancel)).RouteTables;
        Assert.Contains(Assert.Single(routes).Routes, route => route.DestinationCidrBlock == "0.0.0.0/0" && route.GatewayId == gateway.InternetGatewayId);
    }
}
