using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Specs;
using Sky.Gateway.Health.Outliers;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Health;

/// <summary>A replica that answers, and answers badly.</summary>
public sealed class EjectionTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_that_only_fails_gets_nothing_for_a_while_and_the_controller_is_told()
    {
        await using var bed = new GatewayTestBed();
        var broken = true;
        await bed.StartAsync(context => Answer(context, Volatile.Read(ref broken) ? 500 : 200), context => Answer(context, 200));
        await bed.PublishAsync(bed.Endpoints() with { Outliers = new OutlierSpec { ConsecutiveFailures = 3, EjectionSeconds = 2 } });
        for (var n = 0; n < 40; n++)
        {
            (await Http.GetAsync(bed.Url(), Cancel)).Dispose();
        }

        // Back after two seconds it may have been sent out again.
        Assert.InRange(bed.Backends[0].Requests, 3, 12);
        Assert.Contains(bed.Log.Lines, line => line.Contains("replica 1 is ejected: it failed too often in a row", StringComparison.Ordinal));
        await bed.Controller.ReportAsync(report => report.Services.Any(s => s.Replicas.Any(r => r.Id.Value == 1 && r is { Ejected: true, Unreachable: false })), Cancel);
        Assert.True(bed.Table.Current.Find("llm")!.Outliers.Ejections > 0);

        Volatile.Write(ref broken, false);
        await bed.Controller.ReportAsync(report => report.Services.Any(s => s.Replicas.Count == 2 && s.Replicas.All(r => !r.Ejected)), Cancel);
        Assert.Contains(bed.Log.Lines, line => line.Contains("replica 1 comes back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replica_that_fails_much_more_often_than_the_others_but_never_in_a_row_is_left_out_after_an_interval()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = new GatewayTestBed { Time = time };
        var failing = 0;
        await bed.StartAsync(
            [context => Answer(context, Interlocked.Increment(ref failing) % 2 == 0 ? 500 : 200), .. Enumerable.Repeat<RequestDelegate>(context => Answer(context, 200), 5)]);
        await bed.PublishAsync(bed.Endpoints() with { Outliers = new OutlierSpec { ConsecutiveFailures = 5, SuccessRateDeviations = 1.9, IntervalSeconds = 10, EjectionSeconds = 3600 } });
        var service = bed.Table.Current.Find("llm")!;

        // The first look begins the interval.
        time.Advance(TimeSpan.FromSeconds(2));
        for (var n = 0; n < 6 * (OutlierDetector.LeastAnswers + 10); n++)
        {
            (await Http.GetAsync(bed.Url(), Cancel)).Dispose();
        }

        Assert.Equal((0, 6), (service.Outliers.Ejections, service.Snapshot().Usable.Length));
        await GatewayTestBed.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return service.Snapshot().Usable.Length == 5;
        });
        Assert.Contains(bed.Log.Lines, line => line.Contains("replica 1 is ejected: it succeeds much less often than the others", StringComparison.Ordinal));
        var before = bed.Backends[0].Requests;
        for (var n = 0; n < 30; n++)
        {
            using var response = await Http.GetAsync(bed.Url(), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(before, bed.Backends[0].Requests);
    }

    [Theory]
    [InlineData(501, false)]
    [InlineData(400, false)]
    [InlineData(429, true)]
    [InlineData(503, true)]
    public async Task What_clients_cause_and_what_asks_for_less_ejects_nobody(int status, bool retryAfter)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context => Answer(context, status, retryAfter), context => Answer(context, 200));
        await bed.PublishAsync(bed.Endpoints() with { Outliers = new OutlierSpec { ConsecutiveFailures = 1 } });
        for (var n = 0; n < 10; n++)
        {
            using var response = await Http.GetAsync(bed.Url(), Cancel);
        }

        var service = bed.Table.Current.Find("llm")!;
        Assert.Equal((0, 2), (service.Outliers.Ejections, service.Snapshot().Usable.Length));
        await GatewayTestBed.UntilAsync(() => service.Snapshot().Settled.Length == (retryAfter ? 1 : 2));
    }

    [Fact]
    public async Task The_only_replica_is_used_whatever_it_answers()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context => Answer(context, 500));
        await bed.PublishAsync(bed.Endpoints() with { Outliers = new OutlierSpec { ConsecutiveFailures = 1 } });
        for (var n = 0; n < 5; n++)
        {
            using var response = await Http.GetAsync(bed.Url(), Cancel);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        }

        Assert.Equal(5, bed.Backends[0].Requests);
    }

    [Fact]
    public async Task A_replica_that_joins_others_begins_with_a_small_share()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context => Answer(context, 200));
        await bed.AddBackendAsync(context => Answer(context, 200));
        await bed.PublishAsync(bed.Endpoints() with { SlowStartSeconds = 3600 });
        for (var n = 0; n < 100; n++)
        {
            (await Http.GetAsync(bed.Url(), Cancel)).Dispose();
        }

        Assert.InRange(bed.Backends[1].Requests, 0, 25);
    }

    private static Task Answer(HttpContext context, int status, bool retryAfter = false)
    {
        context.Response.StatusCode = status;
        if (retryAfter)
        {
            context.Response.Headers.RetryAfter = "60";
        }

        return Task.CompletedTask;
    }
}
