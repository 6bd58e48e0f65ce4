using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>Nothing stays at AWS, and nothing goes that is in use or another's.</summary>
public sealed class AwsRemovalTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    [Fact]
    public async Task While_there_are_nodes_nothing_is_removed()
    {
        await LaunchAsync(Start(), Request());
        var refused = await Assert.ThrowsAsync<CloudException>(() => Removal(Us).RunAsync(Cancel));
        Assert.Equal(CloudFailure.Invalid, refused.Failure);
        Assert.Contains("sky-1", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Proxy.Calls, call => call.Action.StartsWith("De", StringComparison.Ordinal) && !call.Action.StartsWith("Describe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_made_for_nodes_goes_in_all_regions_and_what_is_anothers_stays()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        await LaunchAsync(cloud, Request("sky-2", zone: "us-east-1a"));
        await LaunchAsync(Start(new OwnerId("them")), Request("sky-3"));
        await cloud.DeleteAsync(new NodeId("sky-1"), Cancel);
        await cloud.DeleteAsync(new NodeId("sky-2"), Cancel);

        var removed = await Removal(Us).RunAsync(Cancel);
        Assert.Equal(2, removed.Count(what => what.Contains("vpc-", StringComparison.Ordinal)));
        Assert.Empty(await Removal(Us).RunAsync(Cancel));
        foreach (var region in new[] { Region, "us-east-1" })
        {
            Assert.Equal((0, 0, 0, 0), await LeftAsync(region, "us"));
        }

        Assert.Equal((1, 1, 1, 1), await LeftAsync(Region, "them"));
    }

    [Fact]
    public async Task One_that_broke_off_goes_on_where_it_stopped()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        await cloud.DeleteAsync(new NodeId("sky-1"), Cancel);
        Proxy.FailNext("DeleteSubnet", Ec2Fault.AnswerLost);
        await Assert.ThrowsAsync<CloudException>(() => Removal(Us).RunAsync(Cancel));
        Proxy.FailNext("DeleteVpc", Ec2Fault.Refused, "DependencyViolation");
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => Removal(Us).RunAsync(Cancel))).Failure);
        await Removal(Us).RunAsync(Cancel);
        Assert.Equal((0, 0, 0, 0), await LeftAsync(Region, "us"));
    }

    private AwsRemoval Removal(OwnerId owner) => new(Settings, owner, region => new AwsPlainClient(AwsBed.Nobody, Bed.ConfigOf(region)), Region, Time);

    private async Task<(int Vpcs, int Gateways, int Subnets, int Groups)> LeftAsync(string region, string owner)
    {
        using var ec2 = Ec2(region);
        var filter = new Filter("tag:sky-owner", [owner]);
        return (
            (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [filter] }, Cancel)).Vpcs?.Count ?? 0,
            (await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { Filters = [filter] }, Cancel)).InternetGateways?.Count ?? 0,
            (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [filter] }, Cancel)).Subnets?.Count ?? 0,
            (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [filter] }, Cancel)).SecurityGroups?.Count ?? 0);
    }
}
