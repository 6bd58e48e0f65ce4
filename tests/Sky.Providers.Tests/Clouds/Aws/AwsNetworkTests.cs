using System.Globalization;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Providers.Clouds;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>The network of a region: what comes in, how it is found again, and that it is closed.</summary>
public sealed class AwsNetworkTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    private static readonly Filter _ours = new("tag:sky-owner", ["us"]);

    [Fact]
    public async Task Only_controller_and_gateways_come_in_at_the_agents_port_and_nodes_reach_nodes_for_Swarm()
    {
        await LaunchAsync(Start(), Request());
        var group = await GroupAsync();
        Assert.Equal(
            [
                $"50 -1 {group.GroupId}", "tcp 2377 " + group.GroupId, "tcp 46600 198.51.100.0/24", "tcp 46600 203.0.113.7/32", "tcp 7946 " + group.GroupId,
                "udp 4789 " + group.GroupId, "udp 7946 " + group.GroupId,
            ],
            Rules(group));
        Assert.Equal(group.GroupId, Assert.Single(Assert.Single(Assert.Single(await InstancesAsync()).NetworkInterfaces).Groups).GroupId);
    }

    [Fact]
    public async Task What_others_opened_and_who_is_not_allowed_any_more_is_closed_again()
    {
        await LaunchAsync(Start(), Request());
        var group = await GroupAsync();
        using (var ec2 = Ec2())
        {
            await ec2.AuthorizeSecurityGroupIngressAsync(
                new AuthorizeSecurityGroupIngressRequest
                {
                    GroupId = group.GroupId, IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [new IpRange { CidrIp = "0.0.0.0/0" }] }],
                },
                Cancel);
        }

        Settings = Settings with { Sources = AllowedSources.Parse("192.0.2.1") };
        await LaunchAsync(Start(), Request("sky-2"));
        var rules = Rules(await GroupAsync());
        Assert.Equal(["tcp 46600 192.0.2.1/32"], rules.Where(rule => rule.Contains('/', StringComparison.Ordinal)));
        Assert.Equal(6, rules.Count);
    }

    [Fact]
    public async Task It_is_made_once_and_found_again_by_those_who_come_later()
    {
        await LaunchAsync(Start(), Request());
        var before = Proxy.Calls.Count;
        await LaunchAsync(Start(), Request("sky-2"));
        Assert.DoesNotContain(Proxy.Calls.Skip(before), call => call.Action.StartsWith("Create", StringComparison.Ordinal) || call.Action.StartsWith("A", StringComparison.Ordinal));
        Assert.Single((await LivingAsync()).Select(instance => instance.SubnetId).Distinct());
    }

    [Fact]
    public async Task Each_zone_has_a_subnet_of_its_own_and_each_region_a_network()
    {
        var cloud = Start();
        foreach (var (number, zone) in new[] { "eu-central-1a", "eu-central-1c", "eu-central-1a", "us-east-1f" }.Index())
        {
            await LaunchAsync(cloud, Request($"sky-{number}", zone: zone));
        }

        using var ec2 = Ec2();
        var subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [_ours] }, Cancel)).Subnets;
        Assert.Equal([("eu-central-1a", "10.213.0.0/20"), ("eu-central-1c", "10.213.32.0/20")], subnets.Select(subnet => (subnet.AvailabilityZone, subnet.CidrBlock)).Order());
        Assert.Equal("us-east-1f", Assert.Single(await LivingAsync("us-east-1")).Placement.AvailabilityZone);
    }

    [Fact]
    public async Task Where_the_catalog_knows_no_zone_one_is_taken()
    {
        var request = Request();
        await LaunchAsync(Start(), request with { Offering = request.Offering with { Zone = null } });
        Assert.Equal("eu-central-1a", Assert.Single(await LivingAsync()).Placement.AvailabilityZone);
    }

    [Fact]
    public async Task A_network_that_somebody_removed_is_made_anew()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        await cloud.DeleteAsync(new NodeId("sky-1"), Cancel);
        await RemoveAsync();

        await LaunchAsync(cloud, Request("sky-2"));
        Assert.Single(await LivingAsync());
    }

    /// <summary>By hand, as in AWS's console.</summary>
    private async Task RemoveAsync()
    {
        using var ec2 = Ec2();
        var group = await GroupAsync();
        await ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = group.GroupId }, Cancel);
        foreach (var subnet in (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [_ours] }, Cancel)).Subnets)
        {
            await ec2.DeleteSubnetAsync(new DeleteSubnetRequest(subnet.SubnetId), Cancel);
        }
    }

    private async Task<SecurityGroup> GroupAsync()
    {
        using var ec2 = Ec2();
        return Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [_ours] }, Cancel)).SecurityGroups);
    }

    private static List<string> Rules(SecurityGroup security) =>
    [
        .. (from rule in security.IpPermissions
            from source in (rule.Ipv4Ranges ?? []).Select(range => range.CidrIp).Concat((rule.UserIdGroupPairs ?? []).Select(pair => pair.GroupId)).Concat((rule.Ipv6Ranges ?? []).Select(range => range.CidrIpv6))
            select string.Create(CultureInfo.InvariantCulture, $"{rule.IpProtocol} {rule.FromPort} {source}")).Order(StringComparer.Ordinal),
    ];
}
