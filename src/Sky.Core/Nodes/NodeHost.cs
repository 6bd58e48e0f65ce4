using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Services;

namespace Sky.Core.Nodes;

/// <summary>
/// The host names by which a node's agent is called: <c>agent.NODE.CLUSTER.10-0-0-2.nodes.sky.internal</c> for itself,
/// <c>r3.SERVICE.NODE.CLUSTER.10-0-0-2.nodes.sky.internal</c> for a replica behind it. A name holds the address to dial, so that no DNS is
/// needed, and which node must answer there: an address that another node got meanwhile opens nothing.
/// </summary>
public sealed record NodeHost
{
    public const string Suffix = ".nodes.sky.internal";

    /// <summary>Where agents listen unless told otherwise.</summary>
    public const int DefaultPort = 46600;

    private const string AgentLabel = "agent";
    private const int LongestServiceLabel = 63;
    private const int HashDigits = 40;

    public required NodeKey Node { get; init; }

    /// <summary>Where the node is reached.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Null: the agent itself.</summary>
    public ReplicaId? Replica { get; init; }

    /// <summary>The service as <see cref="ServiceLabel"/> has it; empty for the agent itself.</summary>
    public string Service { get; init; } = "";

    public static NodeHost OfAgent(NodeKey node, IPAddress address) => new() { Node = node, Address = address };

    public static NodeHost OfReplica(ReplicaKey replica, NodeKey node, IPAddress address) =>
        new() { Node = node, Address = address, Replica = replica.Id, Service = ServiceLabel(replica.Service) };

    /// <summary>Whether a host name is of this kind; whether it is a right one is for <see cref="Parse"/> to say.</summary>
    public static bool Is(string host) => host.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The address for an HTTP client whose connections to nodes are made by <see cref="NodeConnection"/>: they have TLS already, so that the
    /// client is to speak plainly within. Other addresses stay as they are.
    /// </summary>
    public static Uri Within(Uri endpoint) =>
        Is(endpoint.Host) ? new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttp, Port = endpoint.Port }.Uri : endpoint;

    /// <summary>Null for what is no such name.</summary>
    public static NodeHost? Parse(string? host)
    {
        if (host is null || !Is(host))
        {
            return null;
        }

        return host[..^Suffix.Length].ToLowerInvariant().Split('.') switch
        {
            [AgentLabel, var node, var cluster, var address] => Make(node, cluster, address, null, ""),
            [['r', .. var id], var service, var node, var cluster, var address]
                when int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && id[0] != '0' && DnsLabel.IsValid(service, LongestServiceLabel)
                => Make(node, cluster, address, new ReplicaId(number), service),
            _ => null,
        };
    }

    /// <summary>A service's name as one label: itself, or a hash where it has signs that host names have not. Labels of different services differ.</summary>
    public static string ServiceLabel(ServiceName service) =>
        DnsLabel.IsValid(service.Value, LongestServiceLabel)
            ? service.Value

            // Names of services begin with a letter: none of them looks like this.
            : "0" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(service.Value)))[..HashDigits];

    /// <summary>The address of a replica for gateways: <c>https://…:46600</c>.</summary>
    public Uri Endpoint(int port = DefaultPort) => new(string.Create(CultureInfo.InvariantCulture, $"https://{this}:{port}"));

    public override string ToString() =>
        $"{(Replica is { } id ? $"r{id}.{Service}" : AgentLabel)}.{Node.Node}.{Node.Cluster}.{AddressLabel(Address)}{Suffix}";

    private static NodeHost? Make(string node, string cluster, string address, ReplicaId? replica, string service) =>
        NodeName.IsValid(node) && ClusterName.IsValid(cluster) && ParseAddress(address) is { } ip
            ? new NodeHost { Node = new NodeKey(new ClusterName(cluster), new NodeName(node)), Address = ip, Replica = replica, Service = service }
            : null;

    /// <summary><c>10-0-0-2</c>; of an IPv6 address the 32 digits.</summary>
    private static string AddressLabel(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString().Replace('.', '-')
        : Convert.ToHexStringLower(address.GetAddressBytes());

    private static IPAddress? ParseAddress(string label)
    {
        const int Ipv6Digits = 32;
        if (label.Length == Ipv6Digits && label.All(char.IsAsciiHexDigit))
        {
            return new IPAddress(Convert.FromHexString(label));
        }

        // Only the usual form: the parser also takes octal, hexadecimal and shorter ones.
        return IPAddress.TryParse(label.Replace('-', '.'), out var address)
            && address.AddressFamily == AddressFamily.InterNetwork && AddressLabel(address) == label
            ? address
            : null;
    }
}
