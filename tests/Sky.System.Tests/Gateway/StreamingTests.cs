using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class StreamingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_and_each_event_arrive_before_the_next_is_sent()
    {
        await using var bed = new GatewayTestBed();
        using var next = new SemaphoreSlim(0);
        await bed.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.Body.FlushAsync(c.RequestAborted);
            for (var i = 0; i < 5; i++)
            {
                await next.WaitAsync(c.RequestAborted);
                await c.Response.WriteAsync($"data: {i}\n\n", c.RequestAborted);
                await c.Response.Body.FlushAsync(c.RequestAborted);
            }
        });
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        for (var i = 0; i < 5; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancel));
            Assert.Equal("", await reader.ReadLineAsync(Cancel));
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_web_socket_carries_both_ways()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c =>
        {
            using var socket = await c.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1000];
            while (await socket.ReceiveAsync(buffer, c.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
            {
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, c.RequestAborted);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, c.RequestAborted);
        });
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(bed.Url("/ws")) { Scheme = "ws" }.Uri, Cancel);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(new[] { (byte)i }, WebSocketMessageType.Binary, true, Cancel);
            var buffer = new byte[10];
            var got = await client.ReceiveAsync(buffer, Cancel);
            Assert.Equal([(byte)i], buffer[..got.Count]);
        }

        Assert.Equal(1, bed.InFlight);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure, null)]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, "going away")]
    [InlineData((WebSocketCloseStatus)4001, "of the application")]
    public async Task The_code_with_which_a_web_socket_is_closed_reaches_the_other_side(WebSocketCloseStatus code, string? reason)
    {
        await using var bed = new GatewayTestBed();
        var closed = new TaskCompletionSource<(WebSocketCloseStatus?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await bed.StartAsync(async c =>
        {
            using var socket = await c.WebSockets.AcceptWebSocketAsync();
            if (c.Request.Path == "/by-replica")
            {
                await socket.CloseAsync(code, reason, c.RequestAborted);
                return;
            }

            await socket.ReceiveAsync(new byte[10], c.RequestAborted);
            closed.TrySetResult((socket.CloseStatus, socket.CloseStatusDescription));
            await socket.CloseOutputAsync(code, reason, c.RequestAborted);
        });
        using (var client = await WebSocketAsync(bed, "/by-client"))
        {
            await client.CloseAsync(code, reason, Cancel);
            Assert.Equal((code, reason ?? ""), await closed.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel));
        }

        using (var client = await WebSocketAsync(bed, "/by-replica"))
        {
            await client.ReceiveAsync(new byte[10], Cancel);
            Assert.Equal((code, reason ?? ""), (client.CloseStatus, client.CloseStatusDescription));
            await client.CloseOutputAsync(code, reason, Cancel);
        }

        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task A_draining_replica_finishes_its_stream_gets_nothing_new_and_is_reported_empty()
    {
        await using var bed = new GatewayTestBed();
        using var finish = new SemaphoreSlim(0);
        RequestDelegate stream = async c =>
        {
            await c.Response.WriteAsync("begin ", c.RequestAborted);
            await c.Response.Body.FlushAsync(c.RequestAborted);
            if (c.Request.Path == "/long")
            {
                await finish.WaitAsync(c.RequestAborted);
            }

            await c.Response.WriteAsync("end", c.RequestAborted);
        };
        await bed.StartAsync(stream);
        using var response = await Http.GetAsync(bed.Url("/long"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await bed.AddBackendAsync(stream);
        var endpoints = bed.Endpoints();
        ReplicaEndpoint[] replicas = [endpoints.Replicas[0] with { Draining = true }, endpoints.Replicas[1]];
        await bed.PublishAsync(endpoints with { Replicas = replicas });
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("begin end", await Http.GetStringAsync(bed.Url("/short"), Cancel));
        }

        Assert.Equal(1, bed.Backends[0].Requests);
        await bed.PublishAsync(endpoints with { Replicas = [replicas[1]] });
        Assert.Equal(1, bed.InFlight);
        finish.Release();
        Assert.Equal("begin end", await response.Content.ReadAsStringAsync(Cancel));
        await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Replicas.Any(p => p is { Id.Value: 1, Draining: true, InFlight: 0 })), Cancel);
    }

    [Fact]
    public async Task Neither_credentials_nor_prompts_nor_queries_reach_the_log()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            c.Abort();
            return Task.CompletedTask;
        });
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, bed.Url("/x?token=sentinel-query")) { Content = new StringContent("sentinel-prompt") };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer sentinel-key");
            using var response = await Http.SendAsync(request, Cancel);
            Assert.DoesNotContain("sentinel", await response.Content.ReadAsStringAsync(Cancel));
        }

        await bed.Backends[0].StopAsync();
        await bed.PublishAsync(bed.Endpoints() with { Hold = new Sky.Core.Specs.HoldSpec { MaxRequests = 0 } });
        using var last = await Http.PostAsync(bed.Url("/x?token=sentinel-query"), new StringContent("sentinel-prompt"), Cancel);
        Assert.NotEmpty(bed.Log.Lines);
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("sentinel"));
    }

    [Fact]
    public async Task A_gateway_started_while_the_controller_is_down_serves_the_last_snapshot()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("still here"));
        await GatewayTestBed.UntilAsync(() => File.Exists(Path.Combine(bed.Home, "gateway-snapshot.json")), "the snapshot");
        await bed.StopGatewayAsync();
        await bed.Controller.StopAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(bed.Home, "gateway-snapshot.json")));

        await bed.StartGatewayAsync();
        Assert.Equal("still here", await Http.GetStringAsync(bed.Url(), Cancel));

        await bed.Controller.StartAsync();
        await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Arrivals.Sum(a => a.Count) >= 1), Cancel);
    }

    [Fact]
    public async Task A_controller_that_is_down_is_started_at_most_once_a_second_unless_it_was_stopped_on_purpose()
    {
        var starts = 0;
        await using var bed = new GatewayTestBed { Options = o => o with { StartController = () => Interlocked.Increment(ref starts) } };
        await bed.StartAsync();
        await bed.Controller.StopAsync();
        await GatewayTestBed.UntilAsync(() => starts >= 1);
        await File.WriteAllTextAsync(Path.Combine(bed.Home, "stopped"), "", Cancel);
        await bed.Controller.StartAsync();
        await bed.Controller.ReportAsync(_ => true, Cancel);
        var before = starts;
        await bed.Controller.StopAsync();
        await bed.Controller.StartAsync();
        await bed.Controller.ReportAsync(_ => true, Cancel);
        Assert.Equal(before, starts);
    }

    private static async Task<ClientWebSocket> WebSocketAsync(GatewayTestBed bed, string path)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(bed.Url(path)) { Scheme = "ws" }.Uri, Cancel);
        return client;
    }
}
