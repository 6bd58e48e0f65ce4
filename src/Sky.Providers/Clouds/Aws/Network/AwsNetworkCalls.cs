using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>The calls of which a region's network is made. What they find bears our owner id; what they make bears it at once.</summary>
internal sealed class AwsNetworkCalls(string region, IAmazonEC2 ec2, OwnerId owner)
{
    private string GroupName => $"skyswarm-{owner}";

    /// <summary>The oldest there is; null for none.</summary>
    public async Task<string?> FindVpcAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeVpcsRequest { Filters = [AwsTags.Ours(owner)] };
        var answer = await AskAsync("list VPCs", token => ec2.DescribeVpcsAsync(request, token), cancellationToken);
        return (answer.Vpcs ?? []).Select(vpc => vpc.VpcId).Min(StringComparer.Ordinal);
    }

    public async Task<string> CreateVpcAsync(string range, CancellationToken cancellationToken)
    {
        var request = new CreateVpcRequest { CidrBlock = range, TagSpecifications = [AwsTags.Shared(owner, ResourceType.Vpc)] };
        return (await MakeAsync("make a VPC", token => ec2.CreateVpcAsync(request, token), cancellationToken)).Vpc.VpcId;
    }

    public async Task<InternetGateway?> FindGatewayAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeInternetGatewaysRequest { Filters = [AwsTags.Ours(owner)] };
        var answer = await AskAsync("list internet gateways", token => ec2.DescribeInternetGatewaysAsync(request, token), cancellationToken);
        return (answer.InternetGateways ?? []).OrderBy(gateway => gateway.Attachments is { Count: > 0 } ? 0 : 1).ThenBy(gateway => gateway.InternetGatewayId, StringComparer.Ordinal).FirstOrDefault();
    }

    public async Task<InternetGateway> CreateGatewayAsync(CancellationToken cancellationToken)
    {
        var request = new CreateInternetGatewayRequest { TagSpecifications = [AwsTags.Shared(owner, ResourceType.InternetGateway)] };
        return (await MakeAsync("make an internet gateway", token => ec2.CreateInternetGatewayAsync(request, token), cancellationToken)).InternetGateway;
    }

    public Task AttachAsync(string gateway, string vpc, CancellationToken cancellationToken) =>
        MakeAsync("attach an internet gateway", token => ec2.AttachInternetGatewayAsync(new AttachInternetGatewayRequest { InternetGatewayId = gateway, VpcId = vpc }, token), cancellationToken);

    public async Task<RouteTable> MainRoutesAsync(string vpc, CancellationToken cancellationToken)
    {
        var request = new DescribeRouteTablesRequest { Filters = [new Filter("vpc-id", [vpc]), new Filter("association.main", ["true"])] };
        var answer = await AskAsync("list routes", token => ec2.DescribeRouteTablesAsync(request, token), cancellationToken);
        return (answer.RouteTables ?? []).FirstOrDefault() ?? throw new CloudException(CloudFailure.Unavailable, $"AWS ({region}) does not show the routes of {vpc} yet");
    }

    public Task CreateRouteAsync(string table, string destination, string gateway, CancellationToken cancellationToken)
    {
        var request = new CreateRouteRequest { RouteTableId = table, DestinationCidrBlock = destination, GatewayId = gateway };
        return MakeAsync("make a route", token => ec2.CreateRouteAsync(request, token), cancellationToken);
    }

    public async Task<IReadOnlyList<Subnet>> SubnetsAsync(string vpc, CancellationToken cancellationToken)
    {
        var request = new DescribeSubnetsRequest { Filters = [AwsTags.Ours(owner), new Filter("vpc-id", [vpc])] };
        return (await AskAsync("list subnets", token => ec2.DescribeSubnetsAsync(request, token), cancellationToken)).Subnets ?? [];
    }

    public async Task<Subnet> CreateSubnetAsync(string vpc, string zone, string range, CancellationToken cancellationToken)
    {
        var request = new CreateSubnetRequest { VpcId = vpc, AvailabilityZone = zone, CidrBlock = range, TagSpecifications = [AwsTags.Shared(owner, ResourceType.Subnet)] };
        return (await MakeAsync($"make a subnet in {zone}", token => ec2.CreateSubnetAsync(request, token), cancellationToken)).Subnet;
    }

    /// <summary>A zone that takes instances.</summary>
    public async Task<string> AnyZoneAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeAvailabilityZonesRequest { Filters = [new Filter("state", ["available"]), new Filter("zone-type", ["availability-zone"])] };
        var answer = await AskAsync("list zones", token => ec2.DescribeAvailabilityZonesAsync(request, token), cancellationToken);
        return (answer.AvailabilityZones ?? []).Select(zone => zone.ZoneName).Min(StringComparer.Ordinal) ?? throw new CloudException(CloudFailure.Unavailable, $"AWS ({region}) names no zone that is available");
    }

    public async Task<SecurityGroup?> FindGroupAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeSecurityGroupsRequest { Filters = [AwsTags.Ours(owner), new Filter("group-name", [GroupName])] };
        var answer = await AskAsync("list security groups", token => ec2.DescribeSecurityGroupsAsync(request, token), cancellationToken);
        return (answer.SecurityGroups ?? []).MinBy(group => group.GroupId, StringComparer.Ordinal);
    }

    /// <summary>A VPC has one of a name: made twice, the second is refused.</summary>
    public async Task<SecurityGroup> CreateGroupAsync(string vpc, CancellationToken cancellationToken)
    {
        var request = new CreateSecurityGroupRequest
        {
            GroupName = GroupName, Description = "Nodes of skyswarm: closed but to its controller and gateways", VpcId = vpc, TagSpecifications = [AwsTags.Shared(owner, ResourceType.SecurityGroup)],
        };
        var answer = await MakeAsync("make a security group", token => ec2.CreateSecurityGroupAsync(request, token), cancellationToken);
        return new SecurityGroup { GroupId = answer.GroupId, VpcId = vpc, IpPermissions = [] };
    }

    public Task AllowAsync(string group, List<IpPermission> what, CancellationToken cancellationToken)
    {
        var request = new AuthorizeSecurityGroupIngressRequest { GroupId = group, IpPermissions = what };
        return MakeAsync("open ports", token => ec2.AuthorizeSecurityGroupIngressAsync(request, token), cancellationToken);
    }

    public Task ForbidAsync(string group, List<IpPermission> what, CancellationToken cancellationToken)
    {
        var request = new RevokeSecurityGroupIngressRequest { GroupId = group, IpPermissions = what };
        return MakeAsync("close ports", token => ec2.RevokeSecurityGroupIngressAsync(request, token), cancellationToken);
    }

    private Task<T> AskAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        AwsFailures.DoAsync(region, what, makes: false, call, cancellationToken);

    private Task<T> MakeAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        AwsFailures.DoAsync(region, what, makes: true, call, cancellationToken);
}
