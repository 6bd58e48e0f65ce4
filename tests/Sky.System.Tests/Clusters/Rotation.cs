using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Processes;
using Sky.Testing.Docker;

namespace Sky.SystemTests.Clusters;

/// <summary>Exchanges the certificates of a bed's gateway and agents, signed by its controller's CA.</summary>
internal sealed class Rotation(ClusterBed bed)
{
    /// <summary>The gateway's, which ends then, as if it had been issued long ago.</summary>
    public void GatewayUntil(DateTimeOffset end) => AtomicFile.Write(bed.Home.GatewayCertificate, Ca().IssueWithKey(new CertificateRole.Gateway(), end - CertificateAuthority.LeafLifetime));

    /// <summary>Those of all nodes, due to be renewed, which is their agents' doing: what each of them shows until then is given.</summary>
    public IReadOnlyList<string> Due(DateTimeOffset end) =>
    [
        .. Enumerable.Range(1, bed.Machines.Nodes.Count).Select(node =>
        {
            var due = Ca().IssueWithKey(new CertificateRole.Node(KeyOf(node)), end - CertificateAuthority.LeafLifetime);
            AtomicFile.Write(bed.HomeOf(node).NodeCertificate, due);
            return due;
        }),
    ];

    /// <summary>Whether the node's agent has had a new certificate by itself, and shows it.</summary>
    public async Task<bool> IsRenewedAsync(int node, string due, CancellationToken cancellationToken) =>
        await File.ReadAllTextAsync(bed.HomeOf(node).NodeCertificate, cancellationToken) != due && await IsShownAsync(node, cancellationToken);

    /// <summary>New ones for all.</summary>
    public void All()
    {
        GatewayUntil(TimeProvider.System.GetUtcNow() + CertificateAuthority.LeafLifetime);
        for (var node = 1; node <= bed.Machines.Nodes.Count; node++)
        {
            AtomicFile.Write(bed.HomeOf(node).NodeCertificate, Ca().IssueWithKey(new CertificateRole.Node(KeyOf(node)), TimeProvider.System.GetUtcNow()));
        }
    }

    /// <summary>Whether the node's agent shows the certificate that lies there now.</summary>
    public async Task<bool> IsShownAsync(int node, CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(IPAddress.Parse(SwarmBed.AddressOf(node)), NodeHost.DefaultPort);
        var socket = await NamespaceSocket.ConnectAsync(bed.Machines.Hub, address);
        await using var stream = await NodeConnection.OpenAsync(
            new NetworkStream(socket, ownsSocket: true),
            NodeHost.OfAgent(KeyOf(node), address.Address),
            new NodeCredentials(bed.Home.ControllerCertificate, bed.Home.CaCertificate),
            TimeProvider.System.GetUtcNow(),
            cancellationToken);
        using var there = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(bed.HomeOf(node).NodeCertificate, cancellationToken));
        return ((SslStream)stream).RemoteCertificate!.GetSerialNumberString() == there.SerialNumber;
    }

    private static NodeKey KeyOf(int node) => new(new ClusterName("east"), new NodeName(ClusterBed.NameOf(node)));

    private CertificateAuthority Ca() => CertificateAuthority.Read(File.ReadAllText(bed.Home.CaCertificate), File.ReadAllText(bed.Home.CaKey));
}
