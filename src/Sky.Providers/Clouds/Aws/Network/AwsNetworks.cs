using System.Collections.Concurrent;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>
/// The network of each region, made once and found again by our tag: a VPC, its way out, one subnet a zone, one security group. Every part bears the tag from
/// its first moment, so that whoever dies in between finds what there is; parts that EC2 would make twice are looked for twice first, with a pause, since
/// lists lag behind. Safe for concurrent use.
/// </summary>
internal sealed class AwsNetworks(AwsSettings settings, OwnerId owner, AwsClients clients, TimeProvider time) : IDisposable
{
    // Swarm's overlays and Docker's bridges begin at 10.0, 172.17 and 192.168.
    private const string Range = "10.213.0.0/16";
    private const int SubnetSize = 16;
    private const string Anywhere = "0.0.0.0/0";

    /// <summary>How long EC2's lists may lag behind what was made, as far as one waits for it.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, AwsNetworkState> _regions = new(StringComparer.Ordinal);

    /// <summary>Where an instance of a zone is put; what is missing is made.</summary>
    /// <param name="region">Of EC2.</param>
    /// <param name="zone">Null: any.</param>
    /// <param name="cancellationToken">Ends it; what was made until then is found again.</param>
    public async Task<AwsSubnet> EnsureAsync(string region, string? zone, CancellationToken cancellationToken)
    {
        var state = _regions.GetOrAdd(region, _ => new AwsNetworkState());
        await state.Gate.WaitAsync(cancellationToken);
        try
        {
            var calls = new AwsNetworkCalls(region, clients.Of(region), owner);
            if (state.SecurityGroup is null || state.Vpc is null)
            {
                await BuildAsync(calls, state, cancellationToken);
            }

            zone ??= state.Subnets.Keys.FirstOrDefault() ?? await calls.AnyZoneAsync(cancellationToken);
            if (!state.Subnets.TryGetValue(zone, out var subnet))
            {
                state.Subnets[zone] = subnet = await calls.CreateSubnetAsync(state.Vpc!, zone, FreeRange(zone, state.Subnets.Values), cancellationToken);
            }

            return new AwsSubnet(subnet.SubnetId, state.SecurityGroup!);
        }
        catch (CloudException)
        {
            // What is known may be what is wrong: the next call looks anew.
            Forget(state);
            throw;
        }
        finally
        {
            state.Gate.Release();
        }
    }

    /// <summary>What is known of a region's network does not hold any more.</summary>
    public void Forget(string region)
    {
        if (_regions.TryGetValue(region, out var state))
        {
            Forget(state);
        }
    }

    public void Dispose()
    {
        foreach (var state in _regions.Values)
        {
            state.Gate.Dispose();
        }
    }

    private static void Forget(AwsNetworkState state) => state.SecurityGroup = null;

    private async Task BuildAsync(AwsNetworkCalls calls, AwsNetworkState state, CancellationToken cancellationToken)
    {
        // The group is made last: where there is one, its VPC is the one in use, should there ever be two.
        var group = await calls.FindGroupAsync(cancellationToken);
        state.Vpc = group?.VpcId ?? await FindTwiceAsync(calls.FindVpcAsync, cancellationToken) ?? await calls.CreateVpcAsync(Range, cancellationToken);
        var gateway = await GatewayAsync(calls, state.Vpc, cancellationToken);
        var routes = await calls.MainRoutesAsync(state.Vpc, cancellationToken);
        if (!(routes.Routes ?? []).Exists(route => route.DestinationCidrBlock == Anywhere && route.GatewayId == gateway))
        {
            await calls.CreateRouteAsync(routes.RouteTableId, Anywhere, gateway, cancellationToken);
        }

        state.Subnets.Clear();
        foreach (var subnet in await calls.SubnetsAsync(state.Vpc, cancellationToken))
        {
            state.Subnets[subnet.AvailabilityZone] = subnet;
        }

        group ??= await calls.CreateGroupAsync(state.Vpc, cancellationToken);
        await new AwsFirewall(calls, settings.Sources).EnsureAsync(group, cancellationToken);
        state.SecurityGroup = group.GroupId;
    }

    private async Task<string> GatewayAsync(AwsNetworkCalls calls, string vpc, CancellationToken cancellationToken)
    {
        var gateway = await FindTwiceAsync(calls.FindGatewayAsync, cancellationToken) ?? await calls.CreateGatewayAsync(cancellationToken);
        if (!(gateway.Attachments ?? []).Exists(attachment => attachment.VpcId == vpc))
        {
            await calls.AttachAsync(gateway.InternetGatewayId, vpc, cancellationToken);
        }

        return gateway.InternetGatewayId;
    }

    /// <summary>Who died just after making it, or never heard the answer, would make another one.</summary>
    private async Task<T?> FindTwiceAsync<T>(Func<CancellationToken, Task<T?>> find, CancellationToken cancellationToken)
        where T : class
    {
        if (await find(cancellationToken) is { } found)
        {
            return found;
        }

        await Task.Delay(Lag, time, cancellationToken);
        return await find(cancellationToken);
    }

    /// <summary>The one that belongs to the zone's letter, else the first that is free: two who make it at once ask for the same, which EC2 gives once.</summary>
    private static string FreeRange(string zone, IEnumerable<Subnet> taken)
    {
        var ranges = taken.Select(subnet => subnet.CidrBlock).ToHashSet(StringComparer.Ordinal);
        var own = Math.Clamp(zone[^1] - 'a', 0, SubnetSize - 1);
        return Enumerable.Range(0, SubnetSize).Select(step => $"10.213.{(own + step) % SubnetSize * SubnetSize}.0/20").First(range => !ranges.Contains(range) || ranges.Count >= SubnetSize);
    }
}
