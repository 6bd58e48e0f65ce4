using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Services;
using Sky.Node.Enrolment;
using Sky.Node.Hosting;
using Sky.Node.Ingress;
using Sky.Testing.Gateway;

namespace Sky.SystemTests.Nodes;

/// <summary>A real agent in this process, on a free port of loopback, before a daemon.</summary>
internal sealed class AgentBed : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sky-node-");
    private WebApplication? _app;

    public TestPki Pki { get; } = new();

    public FakeDocker Docker { get; } = new();

    public CapturedLog Log { get; } = new();

    public SkyHome Home => new(_home.FullName);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Func<NodeOptions, NodeOptions> Options { get; init; } = options => options;

    /// <summary>The owner whose node it is.</summary>
    public string? Owner { get; init; } = "o1";

    public Uri Controller { get; set; } = new("https://127.0.0.1:1");

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public static NodeHost Agent { get; } = NodeHost.OfAgent(TestPki.Node, IPAddress.Loopback);

    public static NodeHost Replica(int id, string service = "llm") =>
        NodeHost.OfReplica(new ReplicaKey(new ServiceName(service), new ReplicaId(id)), TestPki.Node, IPAddress.Loopback);

    public async Task<AgentBed> StartAsync(JoinAnswer? join = null)
    {
        await Docker.StartAsync();
        if (!File.Exists(Home.NodeCertificate))
        {
            NewCertificate();
        }

        var options = Options(new NodeOptions { Home = Home, Listen = Address, DockerSocket = Docker.Socket, Drain = TimeSpan.FromSeconds(1) });
        var membership = new Membership { Cluster = TestPki.Node.Cluster, Node = TestPki.Node.Node, Role = NodeRole.Worker, Controller = Controller, Owner = Owner };
        _app = AgentApp.Build(options, membership, join, Time, logging => logging.AddProvider(Log));
        await _app.StartAsync();
        Address = Service<AgentListener>().Address;
        return this;
    }

    public void NewCertificate(DateTimeOffset? at = null) => Pki.Write(Home.NodeCertificate, Home.NodeCa, new CertificateRole.Node(TestPki.Node), at);

    /// <summary>A connection as controller and gateways make it.</summary>
    public async Task<Stream> OpenAsync(NodeHost host, NodeCredentials bearer, CancellationToken cancellationToken, DateTimeOffset? now = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Address, cancellationToken);
        return await NodeConnection.OpenAsync(new NetworkStream(socket, ownsSocket: true), host, bearer, now ?? Time.GetUtcNow(), cancellationToken);
    }

    public HttpClient Client(NodeCredentials bearer) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) => await OpenAsync(Agent, bearer, cancellationToken),
    })
    {
        BaseAddress = new Uri("http://agent/"),
    };

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        await Docker.DisposeAsync();
        Pki.Dispose();
        _home.Delete(recursive: true);
    }
}
