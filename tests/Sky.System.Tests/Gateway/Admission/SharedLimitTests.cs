using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Controller.Endpoints;
using Sky.Controller.Keys;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

/// <summary>Two real gateways and the controller's books: a limit is one limit.</summary>
public sealed class SharedLimitTests
{
    private const int PerMinute = 120;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gateways_together_keep_to_one_limit()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, TimeProvider.System);
        using var books = new LimitBooks(publications, new Nothing(), TimeProvider.System);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = PerMinute } };
        publications.Keys.Publish(key.Id, key);
        await using var one = await StartAsync(books, "one", key);
        await using var two = await StartAsync(books, "two", key);
        await GatewayTestBed.UntilAsync(() => Slice(one) + Slice(two) is > 0 and <= PerMinute, "slices within the limit");

        var began = TimeProvider.System.GetTimestamp();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("x-api-key", TestKey.Secret());
        var served = 0;
        for (var i = 0; i < 2 * PerMinute; i++)
        {
            foreach (var bed in new[] { one, two })
            {
                using var answer = await client.GetAsync(bed.Url("/"), Token);
                served += answer.StatusCode is HttpStatusCode.OK ? 1 : 0;
            }
        }

        var minutes = TimeProvider.System.GetElapsedTime(began).TotalMinutes;
        Assert.InRange(served, 1, PerMinute * (1 + minutes) + 1);
    }

    [Fact]
    public async Task Two_gateways_together_keep_to_the_concurrency_of_a_service_and_both_get_on()
    {
        const int Most = 3;
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, TimeProvider.System);
        using var books = new LimitBooks(publications, new Nothing(), TimeProvider.System);
        var (running, highest) = (0, 0);
        async Task Work(HttpContext context)
        {
            InterlockedMax(ref highest, Interlocked.Increment(ref running));
            await Task.Delay(20, CancellationToken.None);
            Interlocked.Decrement(ref running);
        }

        var key = TestKey.Record();
        await using var one = await StartAsync(books, "one", key, Work);
        await using var two = await StartAsync(books, "two", key, Work);
        foreach (var bed in new[] { one, two })
        {
            var limited = bed.Endpoints() with { Limits = new ServiceLimitsSpec { Concurrency = Most } };
            publications.Endpoints.Publish(limited.Service, limited);
            await bed.PublishAsync(limited);
        }

        await GatewayTestBed.UntilAsync(() => Room(one) + Room(two) is > 0 and <= Most, "slices within the limit");
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("x-api-key", TestKey.Secret());
        var last = 2 * Most * 20;
        var answers = await Task.WhenAll(Enumerable.Range(0, last).Select(number => client.GetAsync((number % 2 == 0 ? one : two).Url("/"), Token)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.InRange(highest, 1, Most);
    }

    [Fact]
    public async Task A_gateway_that_is_started_anew_goes_on_with_the_slices_of_the_run_before()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, TimeProvider.System);
        using var books = new LimitBooks(publications, new Nothing(), TimeProvider.System);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = PerMinute, Concurrency = 5, Budget = 8m } };
        publications.Keys.Publish(key.Id, key);
        await using var bed = await StartAsync(books, null, key);
        var limited = bed.Endpoints() with { Limits = new ServiceLimitsSpec { Concurrency = 4 } };
        publications.Endpoints.Publish(limited.Service, limited);
        await bed.PublishAsync(limited);
        await GatewayTestBed.UntilAsync(() => Room(bed) == 4, "the whole room");

        for (var run = 0; run < 2; run++)
        {
            await bed.StopGatewayAsync();
            var before = bed.Controller.Reports.Count;
            await bed.StartGatewayAsync();
            await GatewayTestBed.UntilAsync(() => bed.Controller.Reports.Skip(before).Count(report => report.Limits is not null) > 1, "reports of the new run");
            Assert.Equal((PerMinute, 4), (Slice(bed), Room(bed)!.Value));

            // A controller that was started anew learns from them what is out.
            var told = bed.Controller.Reports.Skip(before).SelectMany(report => report.Limits ?? []).ToList();
            Assert.All(told, limit => Assert.Equal(limit.Key is null ? (null, 4) : (PerMinute, 5), (limit.Holds?.RequestsPerMinute, limit.Holds?.Concurrency)));
            Assert.All(told, limit => Assert.Equal(limit.Key is not null, limit.Holds?.Money is > 1m and <= 8m));
            Assert.Equal((5, true), (bed.Keys.Limited.Single().Allowance.Slice.Concurrency!.Value, bed.Keys.Limited.Single().Allowance.Slice.Money > 1m));
        }
    }

    private static long? Room(GatewayTestBed bed) => bed.Table.Current.All.Single().Room.Slice;

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private sealed class Nothing : IBudgetHistory
    {
        public Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(0m);
    }

    private static long Slice(GatewayTestBed bed) => bed.Keys.Limited.Single().Allowance.Slice.RequestsPerMinute!.Value;

    private static async Task<GatewayTestBed> StartAsync(LimitBooks books, string? name, KeyRecord key, RequestDelegate? handler = null)
    {
        var bed = new GatewayTestBed();
        await bed.StartAsync(handler ?? (context => Task.CompletedTask));
        bed.Controller.Grants = report => report.Limits is null
            ? null
            : books.RenewAsync(name is null ? report : report with { Gateway = name }, CancellationToken.None).GetAwaiter().GetResult();
        await bed.PublishAsync(key);
        return bed;
    }
}
