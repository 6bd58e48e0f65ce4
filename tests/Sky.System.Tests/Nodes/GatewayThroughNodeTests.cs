using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Probing;
using Sky.Core.Endpoints;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>A gateway before replicas that stand behind a node's agent.</summary>
public sealed class GatewayThroughNodeTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_and_web_sockets_pass_and_the_replica_publishes_nothing()
    {
        await using var beds = await Beds.StartAsync(async c =>
        {
            if (c.WebSockets.IsWebSocketRequest)
            {
                using var socket = await c.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[100];
                var got = await socket.ReceiveAsync(buffer, c.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, true, c.RequestAborted);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, c.RequestAborted);
                return;
            }

            using var reader = new StreamReader(c.Request.Body);
            await c.Response.WriteAsync($"{c.Request.Method} {c.Request.Path} {await reader.ReadToEndAsync()} {c.Request.Host}");
        });
        using var response = await Http.PostAsync(beds.Gateway.Url("/x"), new StringContent("body"), Cancel);
        Assert.StartsWith($"POST /x body r1.llm.n1.c1.127-0-0-1.nodes.sky.internal:", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(beds.Gateway.Url("/ws")) { Scheme = "ws" }.Uri, Cancel);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var echo = new byte[100];
        Assert.Equal(5, (await client.ReceiveAsync(echo.AsMemory(), Cancel)).Count);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    [Fact]
    public async Task A_stream_runs_on_while_both_ends_get_new_certificates_and_new_connections_use_them()
    {
        using var next = new SemaphoreSlim(0);
        await using var beds = await Beds.StartAsync(async c =>
        {
            await c.Response.Body.FlushAsync(c.RequestAborted);
            for (var i = 0; i < 4 && c.Request.Path == "/stream"; i++)
            {
                await next.WaitAsync(c.RequestAborted);
                await c.Response.WriteAsync($"data: {i}\n", c.RequestAborted);
                await c.Response.Body.FlushAsync(c.RequestAborted);
            }
        });
        using var response = await Http.GetAsync(beds.Gateway.Url("/stream"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        next.Release();
        Assert.Equal("data: 0", await reader.ReadLineAsync(Cancel));

        // The old ones have ended: what connects from now on can only do so with the new ones.
        beds.NewGatewayCertificate(DateTimeOffset.UtcNow.AddDays(-60));
        await AnswersAsync(beds, HttpStatusCode.ServiceUnavailable, HttpStatusCode.BadGateway);
        beds.NewGatewayCertificate();
        beds.Agent.NewCertificate();
        await AnswersAsync(beds, HttpStatusCode.OK);
        for (var i = 1; i < 4; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancel));
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_client_that_leaves_is_noticed_by_the_replica()
    {
        var left = new TaskCompletionSource();
        await using var beds = await Beds.StartAsync(async c =>
        {
            c.RequestAborted.Register(left.SetResult);
            await c.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using (await Http.GetAsync(beds.Gateway.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task An_answer_cut_by_the_replica_is_cut_for_the_client()
    {
        var read = new TaskCompletionSource();
        await using var beds = await Beds.StartAsync(async c =>
        {
            await c.Response.WriteAsync("half");
            await c.Response.Body.FlushAsync();
            await read.Task;
            c.Abort();
        });
        using var response = await Http.GetAsync(beds.Gateway.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[4], Cancel);
        read.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadAtLeastAsync(new byte[1], 1, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_request_that_may_not_be_repeated_goes_to_another_replica_when_the_first_is_gone_from_its_node()
    {
        await using var beds = await Beds.StartAsync(c => c.Response.WriteAsync("one"), c => c.Response.WriteAsync("two"));
        beds.Agent.Docker.Remove(1);
        for (var i = 0; i < 4; i++)
        {
            using var response = await Http.PostAsync(beds.Gateway.Url(), new StringContent("once"), Cancel);
            Assert.Equal("two", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task The_controller_probes_through_the_node()
    {
        await using var beds = await Beds.StartAsync(c =>
        {
            c.Response.StatusCode = c.Request.Path == "/health" ? 200 : 404;
            return Task.CompletedTask;
        });
        using var prober = new HttpProber(TimeProvider.System, beds.Agent.Pki.Controller);
        var target = new ProbeTarget(new ReplicaKey(new ServiceName("llm"), new ReplicaId(1)), beds.Endpoint(1).Address, new ReadinessProbeSpec { Path = "/health", TimeoutSeconds = 20 });
        Assert.True((await prober.ProbeAsync(target, Cancel)).Passed);
        var gone = new ProbeTarget(new ReplicaKey(new ServiceName("llm"), new ReplicaId(9)), beds.Endpoint(9).Address, new ReadinessProbeSpec { Path = "/health", TimeoutSeconds = 20 });
        Assert.Contains("no such replica", (await prober.ProbeAsync(gone, Cancel)).Reason, StringComparison.Ordinal);
    }

    private static async Task AnswersAsync(Beds beds, params HttpStatusCode[] expected)
    {
        // Connections that were kept are not asked for a certificate again; they are closed after a while.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var response = await Http.GetAsync(beds.Gateway.Url("/quick"), limit.Token);
            if (expected.Contains(response.StatusCode))
            {
                return;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private sealed class Beds : IAsyncDisposable
    {
        public AgentBed Agent { get; } = new();

        public GatewayTestBed Gateway { get; } = new();

        public static async Task<Beds> StartAsync(params RequestDelegate[] handlers)
        {
            var beds = new Beds();
            await beds.Agent.StartAsync();
            beds.NewGatewayCertificate();
            await beds.Gateway.StartAsync(handlers);
            foreach (var backend in beds.Gateway.Backends)
            {
                beds.Agent.Docker.Add(backend.Id, "llm", backend.Port);
            }

            await beds.Gateway.PublishAsync(beds.Gateway.Endpoints() with
            {
                Hold = new HoldSpec { MaxSeconds = 1 },
                Replicas = [.. beds.Gateway.Backends.Select(backend => beds.Endpoint(backend.Id))],
            });
            return beds;
        }

        public ReplicaEndpoint Endpoint(int id) => new() { Id = new ReplicaId(id), Version = 1, Address = AgentBed.Replica(id).Endpoint(Agent.Address.Port) };

        public void NewGatewayCertificate(DateTimeOffset? at = null)
        {
            var home = new Sky.Core.SkyHome(Gateway.Home);
            Agent.Pki.Write(home.GatewayCertificate, home.CaCertificate, new CertificateRole.Gateway(), at);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Agent.DisposeAsync();
        }
    }
}
