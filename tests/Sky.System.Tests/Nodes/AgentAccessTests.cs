using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>Who gets in, and who does not.</summary>
public sealed class AgentAccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_controller_may_call_the_daemon_and_ask_for_facts()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        Assert.Equal("{}", await client.GetStringAsync("docker/v1.41/version", Cancel));
        Assert.Equal("GET /v1.41/version", Assert.Single(bed.Docker.Calls).Call);
        var facts = await client.GetStringAsync("facts", Cancel);
        Assert.Contains("\"dockerVersion\":\"20.10\"", facts, StringComparison.Ordinal);
        Assert.Contains("\"swarmState\":\"active\"", facts, StringComparison.Ordinal);
        Assert.Equal("ok\n", await client.GetStringAsync("healthz", Cancel));
    }

    [Fact]
    public async Task A_gateway_may_ask_after_the_agent_s_health_and_nothing_else()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Gateway);
        Assert.Equal("ok\n", await client.GetStringAsync("healthz", Cancel));
        foreach (var path in new[] { "docker/version", "docker/containers/json", "facts", "docker/", "", "other" })
        {
            using var response = await client.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Empty(bed.Docker.Calls);
    }

    [Fact]
    public async Task A_gateway_and_the_prober_of_the_controller_reach_a_replica()
    {
        await using var bed = await new AgentBed().StartAsync();
        await using var replica = new RawReplica("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        bed.Docker.Add(3, "llm", replica.Endpoint.Address.Port);
        foreach (var bearer in new[] { bed.Pki.Gateway, bed.Pki.Controller })
        {
            await using var stream = await bed.OpenAsync(AgentBed.Replica(3), bearer, Cancel);
            Assert.EndsWith("hi", await ExchangeAsync(stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Strangers => ["none", "other-ca", "node", "other-node", "expired", "not-yet", "self-signed", "server-only", "no-role", "two-roles", "by-leaf"];

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_stranger_reaches_neither_the_agent_nor_a_replica(string stranger)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var other = new TestPki();
        await using var replica = new RawReplica("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        bed.Docker.Add(3, "llm", replica.Endpoint.Address.Port);
        using var certificate = Certificate(stranger, bed.Pki, other);
        foreach (var host in new[] { AgentBed.Agent, AgentBed.Replica(3) })
        {
            Assert.Equal("", await SayAsync(bed, host.ToString(), certificate, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
        }

        Assert.Equal("", replica.Seen);
        Assert.Empty(bed.Docker.Calls);
    }

    [Theory]
    [InlineData("agent.n2.c1.127-0-0-1.nodes.sky.internal")]
    [InlineData("agent.n1.c2.127-0-0-1.nodes.sky.internal")]
    [InlineData("r3.llm.n2.c1.127-0-0-1.nodes.sky.internal")]
    [InlineData("localhost")]
    [InlineData("")]
    public async Task Only_names_of_this_node_are_answered(string name)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var certificate = bed.Pki.Controller.Current!.Certificate;
        Assert.Equal("", await SayAsync(bed, name, certificate, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    [Fact]
    public async Task An_old_protocol_is_not_spoken()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var certificate = bed.Pki.Controller.Current!.Certificate;
#pragma warning disable SYSLIB0039, CA5397
        Assert.Equal("", await SayAsync(bed, AgentBed.Agent.ToString(), certificate, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        Assert.StartsWith("HTTP/1.1 200", await SayAsync(bed, AgentBed.Agent.ToString(), certificate, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", SslProtocols.Tls12), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_another_is_not_trusted_by_who_calls_it()
    {
        await using var bed = await new AgentBed().StartAsync();
        var elsewhere = NodeHost.OfAgent(TestPki.Node with { Node = new NodeName("n2") }, IPAddress.Loopback);
        await Assert.ThrowsAnyAsync<Exception>(() => bed.OpenAsync(elsewhere, bed.Pki.Controller, Cancel));

        // A gateway's certificate, too, is of the CA, and serves nothing.
        bed.Pki.Write(bed.Home.NodeCertificate, bed.Home.NodeCa, new CertificateRole.Gateway());
        await Assert.ThrowsAnyAsync<Exception>(() => bed.OpenAsync(AgentBed.Agent, bed.Pki.Controller, Cancel));
    }

    [Fact]
    public async Task A_node_of_another_CA_is_not_trusted()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var other = new TestPki();
        await Assert.ThrowsAsync<AuthenticationException>(() => bed.OpenAsync(AgentBed.Agent, other.Controller, Cancel));
    }

    [Fact]
    public async Task A_caller_that_never_ends_its_handshake_holds_nobody_up()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var mute = new TcpClient();
        await mute.ConnectAsync(bed.Address, Cancel);
        using var client = bed.Client(bed.Pki.Controller);
        Assert.Equal("ok\n", await client.GetStringAsync("healthz", Cancel));
    }

    private static X509Certificate2? Certificate(string stranger, TestPki pki, TestPki other) => stranger switch
    {
        "none" => null,
        "other-ca" => other.Controller.Current!.Certificate,
        "node" => pki.For(new CertificateRole.Node(TestPki.Node)).Current!.Certificate,
        "other-node" => pki.For(new CertificateRole.Node(new NodeKey(new ClusterName("c1"), new NodeName("n2")))).Current!.Certificate,
        "expired" => pki.For(new CertificateRole.Controller(), DateTimeOffset.UtcNow - CertificateAuthority.LeafLifetime - TimeSpan.FromMinutes(1)).Current!.Certificate,
        "not-yet" => pki.For(new CertificateRole.Controller(), DateTimeOffset.UtcNow.AddHours(1)).Current!.Certificate,
        "self-signed" => Own(null, NodeTrust.ClientUse, "sky://controller"),
        "server-only" => Own(pki, NodeTrust.ServerUse, "sky://controller"),
        "no-role" => Own(pki, NodeTrust.ClientUse),
        "two-roles" => Own(pki, NodeTrust.ClientUse, "sky://gateway", "sky://controller"),
        _ => ByLeaf(pki),
    };

    /// <summary>Signed by the CA itself, as no code of ours would.</summary>
    private static X509Certificate2 Own(TestPki? pki, string use, params string[] uris)
    {
        using var key = TestPki.Key();
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRole.Names(uris));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var now = DateTimeOffset.UtcNow;
        if (pki is null)
        {
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        }

        using var ca = pki.WithKey();
        using var issued = request.Create(ca, now.AddDays(-1), now.AddDays(1), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A controller's certificate that a gateway's key has signed.</summary>
    private static X509Certificate2 ByLeaf(TestPki pki)
    {
        using var gateway = pki.Gateway.Current!.Certificate;
        using var key = TestPki.Key();
        var request = new CertificateRequest("CN=controller", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRole.Names("sky://controller"));
        using var signer = gateway.GetECDsaPrivateKey()!;
        using var issued = request.Create(
            gateway.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>What comes back; empty where the connection is cut.</summary>
    private static async Task<string> SayAsync(AgentBed bed, string name, X509Certificate2? certificate, string request, SslProtocols protocols = SslProtocols.None)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(bed.Address, Cancel);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = name.StartsWith('r') ? [NodeConnection.ToReplica] : [SslApplicationProtocol.Http11],
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                },
                Cancel);
            return await ExchangeAsync(stream, request);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return "";
        }
    }

    private static async Task<string> ExchangeAsync(Stream stream, string request)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync(Cancel);
    }
}
