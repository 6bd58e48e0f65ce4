using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>Removes one region's network, in the order in which its parts depend on each other. Only what bears our owner id.</summary>
internal sealed class AwsNetworkRemoval(string region, IAmazonEC2 ec2, OwnerId owner)
{
    private const string Missing = ".NotFound";

    private List<Filter> Ours => [AwsTags.Ours(owner)];

    /// <summary>The ids of what was removed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        List<string> removed = [];
        var groups = await AskAsync("list security groups", token => ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = Ours }, token), cancellationToken);
        foreach (var id in (groups.SecurityGroups ?? []).Select(group => group.GroupId))
        {
            await RemoveAsync(removed, id, token => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = id }, token), cancellationToken);
        }

        var subnets = await AskAsync("list subnets", token => ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = Ours }, token), cancellationToken);
        foreach (var id in (subnets.Subnets ?? []).Select(subnet => subnet.SubnetId))
        {
            await RemoveAsync(removed, id, token => ec2.DeleteSubnetAsync(new DeleteSubnetRequest(id), token), cancellationToken);
        }

        var gateways = await AskAsync("list internet gateways", token => ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { Filters = Ours }, token), cancellationToken);
        foreach (var gateway in gateways.InternetGateways ?? [])
        {
            foreach (var vpc in (gateway.Attachments ?? []).Select(attachment => attachment.VpcId))
            {
                await RemoveAsync([], gateway.InternetGatewayId, token => ec2.DetachInternetGatewayAsync(new DetachInternetGatewayRequest { InternetGatewayId = gateway.InternetGatewayId, VpcId = vpc }, token), cancellationToken);
            }

            await RemoveAsync(
                removed, gateway.InternetGatewayId, token => ec2.DeleteInternetGatewayAsync(new DeleteInternetGatewayRequest { InternetGatewayId = gateway.InternetGatewayId }, token), cancellationToken);
        }

        var vpcs = await AskAsync("list VPCs", token => ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = Ours }, token), cancellationToken);
        foreach (var id in (vpcs.Vpcs ?? []).Select(vpc => vpc.VpcId))
        {
            await RemoveAsync(removed, id, token => ec2.DeleteVpcAsync(new DeleteVpcRequest(id), token), cancellationToken);
        }

        return removed;
    }

    private Task<T> AskAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        AwsFailures.DoAsync(region, what, makes: false, call, cancellationToken);

    private async Task RemoveAsync<T>(List<string> removed, string id, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await AwsFailures.DoAsync(region, $"remove {id}", makes: true, call, cancellationToken);
            removed.Add(id);
        }
        catch (CloudException gone) when (AwsFailures.CodeOf(gone)?.EndsWith(Missing, StringComparison.Ordinal) == true)
        {
            // Somebody else removed it, or the list still had what is gone.
        }
    }
}
