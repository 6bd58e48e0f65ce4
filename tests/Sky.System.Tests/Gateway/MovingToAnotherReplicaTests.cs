using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class MovingToAnotherReplicaTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_that_could_not_be_sent_moves_and_the_replica_leaves_rotation_until_a_probe_passes()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Echo, Echo);
        await bed.Backends[0].StopAsync();
        for (var i = 0; i < 6; i++)
        {
            using var response = await Http.PostAsync(bed.Url("/x"), new StringContent($"prompt {i}"), Cancel);
            Assert.Equal($"prompt {i}", await response.Content.ReadAsStringAsync(Cancel));
        }

        await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Replicas.Any(p => p.Id.Value == 1 && p.Unreachable)), Cancel);
        Assert.Single(bed.Log.Lines, l => l.Contains("out of rotation"));

        await bed.Backends[0].StartAsync();
        await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Replicas.Count == 2 && s.Replicas.All(p => !p.Unreachable)), Cancel);
        var before = bed.Backends[0].Requests;
        await Http.GetStringAsync(bed.Url(), Cancel);
        await Http.GetStringAsync(bed.Url(), Cancel);
        Assert.True(bed.Backends[0].Requests > before);
    }

    [Fact]
    public async Task A_get_moves_when_its_replica_breaks_before_it_answers()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Break, c => c.Response.WriteAsync("fine"));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("fine", await Http.GetStringAsync(bed.Url(), Cancel));
        }
    }

    [Fact]
    public async Task A_post_that_was_sent_is_never_sent_again()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Break, Break);
        using var response = await Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, bed.Backends.Sum(b => b.Requests));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task A_method_that_is_safe_is_sent_again(string method)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Break, c => Task.CompletedTask);
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), bed.Url());
            using var response = await Http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.True(bed.Backends[0].Requests > 0, "the one that breaks was never asked");
        Assert.Equal(2, bed.Backends[1].Requests);
    }

    [Theory]
    [InlineData("POST", "prompt")]
    [InlineData("POST", null)]
    [InlineData("PUT", "prompt")]
    [InlineData("DELETE", "prompt")]
    [InlineData("DELETE", null)]
    [InlineData("PATCH", "prompt")]
    public async Task A_method_that_changes_something_is_sent_again_only_with_an_idempotency_key(string method, string? body)
    {
        await using var bed = new GatewayTestBed();
        var seen = 0;
        RequestDelegate breakSome = c => Interlocked.Increment(ref seen) is 3 or 4 ? ReadAndBreak(c) : Echo(c);
        await bed.StartAsync(breakSome, breakSome);

        Assert.Equal("", await Http.GetStringAsync(bed.Url(), Cancel));
        Assert.Equal("", await Http.GetStringAsync(bed.Url(), Cancel));

        Assert.Equal(HttpStatusCode.BadGateway, await SendAsync(bed, method, body, key: null));
        Assert.Equal(3, seen);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(bed, method, body, key: "k1"));
        Assert.Equal(5, seen);
    }

    [Theory]
    [InlineData("DELETE", false, HttpStatusCode.BadGateway)]
    [InlineData("PURGE", false, HttpStatusCode.BadGateway)]
    [InlineData("DELETE", true, HttpStatusCode.OK)]
    [InlineData("GET", false, HttpStatusCode.OK)]
    public async Task A_kept_connection_that_breaks_is_no_leave_to_send_again(string method, bool key, HttpStatusCode status)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new FadingReplica();
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        Assert.Equal("", await Http.GetStringAsync(bed.Url(), Cancel));

        // The client's handler looks at idle connections once a second, and takes the end of one it has looked at for an idle close.
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.Equal(status, await SendAsync(bed, method, body: null, key ? "k1" : null));
        Assert.Equal(status is HttpStatusCode.OK ? 3 : 2, replica.Requests);
    }

    [Fact]
    public async Task A_post_with_an_idempotency_key_is_sent_again_with_its_whole_body()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(ReadAndBreak, Echo);
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, bed.Url()) { Content = new StringContent(new string('p', 200_000)) };
            request.Headers.Add("Idempotency-Key", "k1");
            using var response = await Http.SendAsync(request, Cancel);
            Assert.Equal(new string('p', 200_000), await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_body_too_long_to_keep_is_not_sent_again_once_its_sending_began()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(ReadAndBreak, ReadAndBreak);
        using var request = new HttpRequestMessage(HttpMethod.Post, bed.Url()) { Content = new PatternContent(3 << 20) };
        request.Headers.Add("Idempotency-Key", "k1");
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(1, bed.Backends.Sum(b => b.Requests));
    }

    [Fact]
    public async Task A_response_that_breaks_off_is_seen_as_broken_by_the_client()
    {
        await using var bed = new GatewayTestBed();
        var seen = new TaskCompletionSource();
        await bed.StartAsync(async c =>
        {
            await c.Response.WriteAsync("half");
            await c.Response.Body.FlushAsync(c.RequestAborted);
            // A reset may overtake what was sent before it.
            await seen.Task;
            c.Abort();
        });
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        seen.SetResult();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, bed.Backends[0].Requests);
    }

    [Fact]
    public async Task With_the_only_replica_unreachable_a_request_waits_for_it()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Echo);
        await bed.Backends[0].StopAsync();
        var waiting = Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1, "the request being held");
        await bed.Backends[0].StartAsync();
        using var response = await waiting;
        Assert.Equal("prompt", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task What_may_be_repeated_waits_for_the_replacement_of_the_only_replica(string method)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(HangAsync);
        var waiting = Enumerable.Range(0, 20).Select(_ => SendAsync(bed, method, body: "prompt", key: "k1")).ToList();
        await GatewayTestBed.UntilAsync(() => bed.Backends[0].Requests == 20);
        await bed.Backends[0].StopAsync();
        await GatewayTestBed.UntilAsync(() => bed.Held == 20, "the requests being held");
        await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Replicas.Any(p => p.Id.Value == 1 && p.Unreachable)), Cancel);

        await bed.AddBackendAsync(Echo);
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [bed.Backends[1].Endpoint] });

        Assert.All(await Task.WhenAll(waiting), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal((20, 20), (bed.Backends[0].Requests, bed.Backends[1].Requests));
    }

    [Fact]
    public async Task With_nothing_on_its_way_what_the_only_replica_broke_has_failed_at_once()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Request.Path == "/break" ? Break(c) : c.Request.Path == "/hang" ? HangAsync(c) : Task.CompletedTask);
        Assert.Equal(HttpStatusCode.BadGateway, await SendAsync(bed, "GET", body: null, key: null, "/break"));
        Assert.Equal((2, 0), (bed.Backends[0].Requests, bed.Held));
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains("out of rotation", StringComparison.Ordinal));

        var waiting = SendAsync(bed, "GET", body: null, key: null, "/hang");
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 1);
        await bed.PublishAsync(bed.Endpoints() with { CanWait = false, Replicas = [bed.Backends[0].Endpoint with { Draining = true }] });
        await bed.Backends[0].StopAsync();
        Assert.Equal(HttpStatusCode.BadGateway, await waiting);
    }

    [Fact]
    public async Task A_replica_that_does_not_answer_in_time_is_a_504_and_the_request_is_not_repeated()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { HeadersTimeout = TimeSpan.FromSeconds(1) } };
        await bed.StartAsync(c => Task.Delay(Timeout.Infinite, c.RequestAborted), c => Task.Delay(Timeout.Infinite, c.RequestAborted));
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 1 });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(1, bed.Backends.Sum(b => b.Requests));
    }

    [Fact]
    public async Task A_stream_in_which_nothing_moves_is_cut()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c =>
        {
            await c.Response.WriteAsync("data: 1\n\n");
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await Task.Delay(Timeout.Infinite, c.RequestAborted);
        });
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 1 });
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    private static async Task<HttpStatusCode> SendAsync(GatewayTestBed bed, string method, string? body, string? key, string path = "/")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), bed.Url(path));
        request.Content = body is null ? null : new StringContent(body);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await Http.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    private static async Task Echo(HttpContext context) => await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);

    private static Task HangAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    private static Task Break(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task ReadAndBreak(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Abort();
    }
}
