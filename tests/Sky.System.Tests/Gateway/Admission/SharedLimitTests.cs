using System.Net;
using Sky.Controller.Endpoints;
using Sky.Controller.Keys;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
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

    private sealed class Nothing : IBudgetHistory
    {
        public Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(0m);
    }

    private static long Slice(GatewayTestBed bed) => bed.Keys.Limited.Single().Allowance.Slice.RequestsPerMinute!.Value;

    private static async Task<GatewayTestBed> StartAsync(LimitBooks books, string name, KeyRecord key)
    {
        var bed = new GatewayTestBed();
        await bed.StartAsync(context => Task.CompletedTask);
        bed.Controller.Grants = report => report.Limits is null
            ? null
            : books.RenewAsync(report with { Gateway = name }, CancellationToken.None).GetAwaiter().GetResult();
        await bed.PublishAsync(key);
        return bed;
    }
}
