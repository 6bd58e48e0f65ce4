using System.Globalization;
using Amazon.EC2.Model;
using Sky.Core.Nodes;

namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>
/// What comes in to a node: the agent's port from the controller and the gateways, and what Swarm needs from other nodes of ours. All else is refused, and what
/// was opened by others, or for addresses that are not allowed any more, is closed again. What goes out is free.
/// </summary>
internal sealed class AwsFirewall(AwsNetworkCalls calls, AllowedSources sources)
{
    private const string Tcp = "tcp";
    private const string Udp = "udp";

    // IPsec's ESP, by which encrypted overlays travel.
    private const string Esp = "50";

    private static readonly (string Protocol, int Port)[] _amongNodes =
    [
        (Tcp, 2377), // Swarm's managers
        (Tcp, 7946), // its members' gossip
        (Udp, 7946),
        (Udp, 4789), // VXLAN
        (Esp, -1),
    ];

    public async Task EnsureAsync(SecurityGroup group, CancellationToken cancellationToken)
    {
        var wanted = Wanted(group.GroupId).ToDictionary(KeyOf);
        var present = Single(group.IpPermissions ?? []).DistinctBy(KeyOf).ToDictionary(KeyOf);
        List<IpPermission> missing = [.. wanted.Where(pair => !present.ContainsKey(pair.Key)).Select(pair => pair.Value)];
        List<IpPermission> surplus = [.. present.Where(pair => !wanted.ContainsKey(pair.Key)).Select(pair => pair.Value)];
        if (missing.Count > 0)
        {
            await calls.AllowAsync(group.GroupId, missing, cancellationToken);
        }

        if (surplus.Count > 0)
        {
            await calls.ForbidAsync(group.GroupId, surplus, cancellationToken);
        }
    }

    private IEnumerable<IpPermission> Wanted(string group)
    {
        foreach (var range in sources.Ranges)
        {
            var rule = Rule(Tcp, NodeHost.DefaultPort);
            if (range.Contains(':', StringComparison.Ordinal))
            {
                rule.Ipv6Ranges = [new Ipv6Range { CidrIpv6 = range }];
            }
            else
            {
                rule.Ipv4Ranges = [new IpRange { CidrIp = range }];
            }

            yield return rule;
        }

        foreach (var (protocol, port) in _amongNodes)
        {
            var rule = Rule(protocol, port);
            rule.UserIdGroupPairs = [new UserIdGroupPair { GroupId = group }];
            yield return rule;
        }
    }

    /// <summary>EC2 gathers the sources of one port in one rule; apart, they can be compared.</summary>
    private static IEnumerable<IpPermission> Single(IEnumerable<IpPermission> rules)
    {
        foreach (var rule in rules)
        {
            foreach (var range in rule.Ipv4Ranges ?? [])
            {
                yield return With(rule, one => one.Ipv4Ranges = [new IpRange { CidrIp = range.CidrIp }]);
            }

            foreach (var range in rule.Ipv6Ranges ?? [])
            {
                yield return With(rule, one => one.Ipv6Ranges = [new Ipv6Range { CidrIpv6 = range.CidrIpv6 }]);
            }

            foreach (var pair in rule.UserIdGroupPairs ?? [])
            {
                yield return With(rule, one => one.UserIdGroupPairs = [new UserIdGroupPair { GroupId = pair.GroupId }]);
            }

            foreach (var list in rule.PrefixListIds ?? [])
            {
                yield return With(rule, one => one.PrefixListIds = [new PrefixListId { Id = list.Id }]);
            }
        }
    }

    private static IpPermission With(IpPermission rule, Action<IpPermission> source)
    {
        var one = new IpPermission { IpProtocol = rule.IpProtocol, FromPort = rule.FromPort, ToPort = rule.ToPort };
        source(one);
        return one;
    }

    /// <summary>EC2 reads -1 as all, and for protocols without ports nothing else has a meaning.</summary>
    private static IpPermission Rule(string protocol, int port) => new() { IpProtocol = protocol, FromPort = port, ToPort = port };

    private static string KeyOf(IpPermission rule) => string.Create(
        CultureInfo.InvariantCulture,
        $"{rule.IpProtocol} {Port(rule.FromPort)}-{Port(rule.ToPort)} {rule.Ipv4Ranges?.FirstOrDefault()?.CidrIp}{rule.Ipv6Ranges?.FirstOrDefault()?.CidrIpv6}{rule.UserIdGroupPairs?.FirstOrDefault()?.GroupId}{rule.PrefixListIds?.FirstOrDefault()?.Id}");

    private static int Port(int? port) => port ?? -1;
}
