using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>The bounds on how long a request may take: each alone ends it, and the others are left out of it.</summary>
public sealed class TimeoutTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_time_to_the_headers_is_bounded_apart_from_a_longer_silence_within_the_answer()
    {
        await using var bed = Bed(out var time);
        await bed.StartAsync(Silent);
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 3600, Timeouts = new TimeoutSpec { HeadersSeconds = 10 } });
        var asking = Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        await SeenAsync(bed, 1);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        using var response = await asking;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["false"], response.Headers.GetValues("x-should-retry"));
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_not_bound_by_the_time_to_its_headers_or_of_a_try()
    {
        await using var bed = Bed(out var time);
        var goOn = new TaskCompletionSource();
        await bed.StartAsync(async context =>
        {
            await context.Response.WriteAsync("begun ");
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("ended");
        });
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 3600, Timeouts = new TimeoutSpec { HeadersSeconds = 10, TrySeconds = 10 } });
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        time.Advance(TimeSpan.FromSeconds(30));
        goOn.SetResult();
        Assert.Equal("begun ended", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_body_that_takes_long_to_send_does_not_count_as_waiting_for_headers()
    {
        await using var bed = Bed(out var time);
        var read = 0;
        await bed.StartAsync(async context =>
        {
            var buffer = new byte[10];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) > 0)
            {
                Interlocked.Increment(ref read);
            }
        });
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 3600, Timeouts = new TimeoutSpec { HeadersSeconds = 10 } });
        using var pieces = new SemaphoreSlim(0);
        using var content = new PiecewiseContent(count: 4, pieces);
        var asking = Http.PostAsync(bed.Url(), content, Cancel);
        for (var n = 1; n <= 4; n++)
        {
            pieces.Release();
            await GatewayTestBed.UntilAsync(() => Volatile.Read(ref read) == n);
            time.Advance(TimeSpan.FromSeconds(7));
        }

        pieces.Release();
        using var response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task What_may_be_repeated_goes_to_another_replica_when_a_try_takes_too_long()
    {
        await using var bed = Bed(out var time);
        var calls = 0;
        RequestDelegate first = context => Interlocked.Increment(ref calls) == 1 ? Silent(context) : context.Response.WriteAsync("answer");
        await bed.StartAsync(first, first);
        await bed.PublishAsync(bed.Endpoints() with { Timeouts = new TimeoutSpec { TrySeconds = 10 } });
        var asking = Http.GetStringAsync(bed.Url(), Cancel);
        await SeenAsync(bed, 1);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("answer", await asking);
        Assert.Equal([1, 1], bed.Backends.Select(backend => backend.Requests));
    }

    [Fact]
    public async Task What_may_not_be_repeated_is_a_504_then_that_says_not_to()
    {
        await using var bed = Bed(out var time);
        await bed.StartAsync(Silent, Silent);
        await bed.PublishAsync(bed.Endpoints() with { Timeouts = new TimeoutSpec { TrySeconds = 10 } });
        var asking = Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        await SeenAsync(bed, 1);
        time.Advance(TimeSpan.FromSeconds(11));
        using var response = await asking;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["false"], response.Headers.GetValues("x-should-retry"));
        Assert.Equal(1, bed.Backends.Sum(backend => backend.Requests));
    }

    [Fact]
    public async Task The_whole_time_ends_a_stream_in_which_everything_moves_and_the_replica_is_told()
    {
        await using var bed = Bed(out var time);
        var told = new TaskCompletionSource();
        await bed.StartAsync(async context =>
        {
            try
            {
                while (true)
                {
                    await context.Response.WriteAsync("data: x\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(20, context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                told.TrySetResult();
            }
        });
        await bed.PublishAsync(bed.Endpoints() with { StreamTimeoutSeconds = 3600, Timeouts = new TimeoutSpec { TotalSeconds = 100 } });
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        time.Advance(TimeSpan.FromSeconds(101));
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Fact]
    public async Task The_whole_time_counts_what_a_request_waited()
    {
        await using var bed = Bed(out var time);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Timeouts = new TimeoutSpec { TotalSeconds = 100 } });
        var refused = Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);
        time.Advance(TimeSpan.FromSeconds(60));
        var late = Http.PostAsync(bed.Url(), new StringContent("prompt"), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 2);
        time.Advance(TimeSpan.FromSeconds(41));
        using var response = await refused;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("wait_timeout", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        // The second waited 41 seconds of its hundred, and has the rest for its answer.
        await bed.AddBackendAsync(Silent);
        await bed.PublishAsync(bed.Endpoints() with { Timeouts = new TimeoutSpec { TotalSeconds = 100 } });
        await SeenAsync(bed, 1);
        time.Advance(TimeSpan.FromSeconds(58));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        using var second = await late;
        Assert.Equal(HttpStatusCode.GatewayTimeout, second.StatusCode);
    }

    [Theory]
    [InlineData("POST", null, "false")]
    [InlineData("POST", "k1", null)]
    [InlineData("GET", null, null)]
    public async Task A_failure_after_the_replica_may_have_done_it_says_not_to_repeat_what_may_not_be_repeated(string method, string? key, string? said)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context =>
        {
            // Its probe passes.
            if (context.Request.Path == "/x")
            {
                context.Abort();
            }

            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), bed.Url("/x"));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(said, response.Headers.TryGetValues("x-should-retry", out var values) ? values.Single() : null);
    }

    private static GatewayTestBed Bed(out FakeTimeProvider time)
    {
        time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        return new GatewayTestBed { Time = time };
    }

    private static Task SeenAsync(GatewayTestBed bed, int requests) =>
        GatewayTestBed.UntilAsync(() => bed.Backends.Sum(backend => backend.Requests) == requests, "the replica being asked");

    private static Task Silent(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>A byte for each release.</summary>
    private sealed class PiecewiseContent(int count, SemaphoreSlim pieces) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var n = 0; n < count; n++)
            {
                await pieces.WaitAsync();
                await stream.WriteAsync("x"u8.ToArray());
                await stream.FlushAsync();
            }

            await pieces.WaitAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
