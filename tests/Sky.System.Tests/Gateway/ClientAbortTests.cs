using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>A client that leaves is noticed by the replica at once, whatever the request was waiting for.</summary>
public sealed class ClientAbortTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_first_byte()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(c => WaitForAbort(c, started, cancelled));
        await AbortAfter(bed, "POST", started.Task);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task Between_the_headers_and_the_first_token()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await WaitForAbort(c, started, cancelled);
        });
        await AbortAfter(bed, "POST", started.Task, "{}");
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_call_of_a_model_streamed_or_not(bool stream)
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(c => c.Request.Path == "/v1/chat/completions" ? WaitForAbort(c, started, cancelled) : Task.CompletedTask);
        var body = $$"""{"model":"llm","stream":{{(stream ? "true" : "false")}},"messages":[]}""";
        await AbortAfter(bed, "POST", started.Task, body, path: "/v1/chat/completions");
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task While_it_waits_for_room()
    {
        await using var bed = new GatewayTestBed();
        var finish = Signal();
        await bed.StartAsync(c => finish.Task);
        await bed.PublishAsync(bed.Endpoints() with { Limits = new() { Concurrency = 1 } });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var first = http.GetAsync(bed.Url(), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 1);
        await AbortAfter(bed, "POST", GatewayTestBed.UntilAsync(() => bed.Held == 1));
        await GatewayTestBed.UntilAsync(() => bed.Held == 0, "the queue being empty");
        finish.SetResult();
        (await first).Dispose();
        Assert.Equal(1, bed.Backends[0].Requests);
    }

    [Fact]
    public async Task In_the_middle_of_a_stream()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(async c =>
        {
            await c.Response.WriteAsync("data: 1\n\n", c.RequestAborted);
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await WaitForAbort(c, started, cancelled);
        });
        await AbortAfter(bed, "GET", started.Task);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task While_the_body_is_sent()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(async c =>
        {
            try
            {
                var buffer = new byte[100];
                while (await c.Request.Body.ReadAsync(buffer, c.RequestAborted) > 0)
                {
                    started.TrySetResult();
                }
            }
            catch (Exception)
            {
                cancelled.TrySetResult();
                throw;
            }
        });
        await AbortAfter(bed, "POST", started.Task, new string('x', 100_000), declared: 1_000_000);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task In_the_middle_of_an_answer_of_known_length()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(async c =>
        {
            c.Response.ContentLength = 1_000_000;
            await c.Response.WriteAsync("{", c.RequestAborted);
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await WaitForAbort(c, started, cancelled);
        });
        await AbortAfter(bed, "POST", started.Task, "{}");
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task While_the_connection_to_the_replica_is_being_made()
    {
        using var deaf = await DeafListener.StartAsync();
        await using var bed = new GatewayTestBed { Options = o => o with { ConnectTimeout = TimeSpan.FromHours(1) } };
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [deaf.Endpoint] });
        await AbortAfter(bed, "POST", GatewayTestBed.UntilAsync(() => bed.InFlight == 1));
        await GatewayTestBed.UntilAsync(() => bed is { InFlight: 0, Held: 0 });
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("out of rotation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_one_of_the_streams_of_a_connection_and_the_others_go_on()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { H2cListen = new Uri("http://127.0.0.1:0") } };
        var (started, cancelled) = (Signal(), Signal());
        using var finish = new SemaphoreSlim(0);
        await bed.StartAsync(async c =>
        {
            if (c.Request.Path == "/left")
            {
                await WaitForAbort(c, started, cancelled);
            }

            await c.Response.WriteAsync("begin ", c.RequestAborted);
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await finish.WaitAsync(c.RequestAborted);
            await c.Response.WriteAsync("end", c.RequestAborted);
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var abort = new CancellationTokenSource();
        using var stays = await http.GetAsync(new Uri(bed.Addresses[1], "/services/llm/stays"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var leaves = http.GetAsync(new Uri(bed.Addresses[1], "/services/llm/left"), abort.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await abort.CancelAsync();
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        finish.Release();
        Assert.Equal("begin end", await stays.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task In_an_open_web_socket()
    {
        await using var bed = new GatewayTestBed();
        var (started, cancelled) = (Signal(), Signal());
        await bed.StartAsync(async c =>
        {
            using var socket = await c.WebSockets.AcceptWebSocketAsync();
            started.TrySetResult();
            await Assert.ThrowsAnyAsync<Exception>(async () => await socket.ReceiveAsync(new byte[10], CancellationToken.None));
            cancelled.TrySetResult();
        });
        using (var client = new ClientWebSocket())
        {
            await client.ConnectAsync(new UriBuilder(bed.Url("/ws")) { Scheme = "ws" }.Uri, Cancel);
            await started.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            client.Abort();
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task While_it_is_held()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var held = GatewayTestBed.UntilAsync(() => bed.Held == 1);
        await AbortAfter(bed, "POST", held);
        await GatewayTestBed.UntilAsync(() => bed.Held == 0, "the queue being empty");
    }

    [Fact]
    public async Task Counts_return_to_zero_after_a_thousand_aborts_at_random_times()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var bed = new GatewayTestBed();
        RequestDelegate stream = async c =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.Delay(1, c.RequestAborted);
                await c.Response.WriteAsync("data: x\n\n", c.RequestAborted);
            }
        };
        await bed.StartAsync(stream, stream, stream);
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = "least_load" });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var random = new Random(seed);
        var delays = Enumerable.Range(0, 1000).Select(_ => TimeSpan.FromMilliseconds(random.NextDouble() * 30)).ToArray();
        await Parallel.ForEachAsync(delays, new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Cancel }, async (delay, _) =>
        {
            using var abort = new CancellationTokenSource(delay);
            try
            {
                await http.GetStringAsync(bed.Url(), abort.Token);
            }
            catch (OperationCanceledException)
            {
                // What the test is about.
            }
        });
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0, $"no request in flight (seed {seed})");
        Assert.All(bed.Table.Current.Find("llm")!.Snapshot().Replicas, r => Assert.Equal(0, r.InFlight));
        Assert.Equal(3, bed.Table.Current.Find("llm")!.Snapshot().Usable.Length);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task WaitForAbort(HttpContext context, TaskCompletionSource started, TaskCompletionSource cancelled)
    {
        started.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            cancelled.TrySetResult();
            throw;
        }
    }

    private static async Task AbortAfter(GatewayTestBed bed, string method, Task moment, string body = "", int? declared = null, string path = "/services/llm/x")
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bed.Address.Host, bed.Address.Port, Cancel);
        var request = $"{method} {path} HTTP/1.1\r\nHost: {bed.Address.Authority}\r\nContent-Length: {declared ?? body.Length}\r\n\r\n{body}";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
        await moment.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }
}
