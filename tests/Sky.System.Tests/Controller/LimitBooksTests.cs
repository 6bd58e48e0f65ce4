using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Endpoints;
using Sky.Controller.Keys;
using Sky.Controller.Store;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Testing.Gateway;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class LimitBooksTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gateways_share_the_limits_of_a_key_by_what_they_want()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, _time);
        using var books = new LimitBooks(publications, new Spent(0), _time);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 100, TokensPerMinute = 1000, Concurrency = 10 } };
        publications.Keys.Publish(key.Id, key);

        Assert.Equal(100, (await RenewAsync(books, "a", key, requests: 500)).RequestsPerMinute);
        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await RenewAsync(books, "a", key, requests: 500);
            await RenewAsync(books, "b", key, requests: 500);
        }

        var (a, b) = (await RenewAsync(books, "a", key, requests: 500), await RenewAsync(books, "b", key, requests: 500));
        Assert.Equal((50, 50), (a.RequestsPerMinute, b.RequestsPerMinute));
        Assert.Equal(10, a.Concurrency + b.Concurrency);
        Assert.Null(a.Money);

        // One that is gone leaves its slice after a minute.
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(100, (await RenewAsync(books, "b", key, requests: 500)).RequestsPerMinute);
    }

    [Fact]
    public async Task After_a_restart_slices_are_never_more_than_the_limit()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, _time);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 100, TokensPerMinute = 1000, Concurrency = 10, Budget = 8 } };
        publications.Keys.Publish(key.Id, key);
        var slices = new Dictionary<string, LimitSlice>();
        var (spent, seed) = (new Dictionary<string, decimal> { ["a"] = 0, ["b"] = 0, ["c"] = 0 }, new Random(7));
        for (var restart = 0; restart < 20; restart++)
        {
            using var books = new LimitBooks(publications, new Spent(spent.Values.Sum()), _time);
            for (var (second, last) = (0, seed.Next(4, 20)); second < last; second++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                foreach (var gateway in spent.Keys.Where(_ => second >= 3 || seed.Next(3) > 0).ToArray())
                {
                    await RenewAllAsync(books, gateway);
                }

                // Before all have spoken for the first time, one has everything.
                if (restart > 0)
                {
                    Assert.InRange(slices.Values.Sum(slice => slice.RequestsPerMinute!.Value), 0, 100);
                    Assert.InRange(slices.Values.Sum(slice => slice.TokensPerMinute!.Value), 0, 1000);
                    Assert.InRange(slices.Values.Sum(slice => slice.Concurrency!.Value), 0, 10);
                    Assert.InRange(slices.Values.Sum(slice => slice.Money!.Value), 0, 8);
                }
            }
        }

        async Task RenewAllAsync(LimitBooks books, string gateway)
        {
            var held = slices.GetValueOrDefault(gateway);
            var slice = await RenewAsync(
                books, gateway, key, seed.Next(500), spent[gateway], holds: held is null ? null : held with { Money = held.Money - spent[gateway] }, tokens: seed.Next(5000));
            slices[gateway] = slice;
            spent[gateway] += (slice.Money!.Value - spent[gateway]) / 1000;
        }
    }

    [Fact]
    public async Task A_gateway_that_was_slow_to_speak_after_a_restart_gets_what_it_wants_soon()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, _time);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 100 } };
        publications.Keys.Publish(key.Id, key);
        using var books = new LimitBooks(publications, new Spent(0), _time);
        var held = new LimitSlice { RequestsPerMinute = 10 };
        for (var second = 0; second < 5; second++)
        {
            Assert.Equal(10, (await RenewAsync(books, "a", key, requests: 500, holds: held)).RequestsPerMinute);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, (await RenewAsync(books, "a", key, requests: 500, holds: held)).RequestsPerMinute);
    }

    [Fact]
    public async Task One_request_at_a_time_is_for_the_gateway_that_has_one()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, _time);
        using var books = new LimitBooks(publications, new Spent(0), _time);
        var key = TestKey.Record() with { Limits = new KeyLimits { Concurrency = 1 } };
        publications.Keys.Publish(key.Id, key);

        Assert.Equal(1, (await RenewAsync(books, "a", key, requests: 60)).Concurrency);
        Assert.Equal(0, (await RenewAsync(books, "b", key, requests: 60)).Concurrency);
        Assert.Equal(0, (await RenewAsync(books, "a", key)).Concurrency);

        // Until the first one says that it has heard of it, it may still take it.
        Assert.Equal(0, (await RenewAsync(books, "b", key, requests: 60)).Concurrency);
        Assert.Equal(0, (await RenewAsync(books, "a", key)).Concurrency);
        Assert.Equal(1, (await RenewAsync(books, "b", key, requests: 60)).Concurrency);
    }

    [Fact]
    public async Task What_the_ledger_has_of_a_key_in_dollars_is_what_it_has_spent()
    {
        var folder = Directory.CreateTempSubdirectory("sky-store-");
        using (var store = await SqliteStore.OpenAsync(Path.Combine(folder.FullName, "state.db"), TestSealer.Instance, Token))
        {
            await store.AddUsageAsync(new SettlementBatch { Gateway = "g", Settlements = [Settlement(1, "key-1", 2m, "USD"), Settlement(2, "key-1", 3m, "EUR"), Settlement(3, "key-2", 4m, "USD")] }, _time.GetUtcNow(), Token);
            var history = new UsageBudgetHistory(store);
            Assert.Equal(2m, await history.SpentAsync(new KeyId("key-1"), _time.GetUtcNow().AddHours(-1), Token));
            Assert.Equal(0m, await history.SpentAsync(new KeyId("key-1"), _time.GetUtcNow().AddHours(2), Token));
        }

        folder.Delete(recursive: true);
    }

    private Settlement Settlement(long sequence, string key, decimal cost, string currency) => new()
    {
        Sequence = sequence, At = _time.GetUtcNow(), Key = key, Service = new ServiceName("llm"), Model = "m", Kind = SettlementKind.Exact, Cost = cost, Currency = currency,
    };

    [Fact]
    public async Task A_budget_goes_on_from_what_was_spent_before_this_run()
    {
        var publications = new Publications(new GatewayUrls("http://g", "https://g"), () => null, _time);
        using var books = new LimitBooks(publications, new Spent(7.5m), _time);
        var key = TestKey.Record() with { Limits = new KeyLimits { Budget = 10m, BudgetPeriod = BudgetPeriod.Day } };
        publications.Keys.Publish(key.Id, key);

        Assert.Equal(102.5m, (await RenewAsync(books, "a", key, spent: 100m, money: 10m)).Money);
        Assert.Equal(102.5m, (await RenewAsync(books, "a", key, spent: 102m, money: 10m)).Money);
    }

    private static async Task<LimitSlice> RenewAsync(LimitBooks books, string gateway, KeyRecord key, long requests = 0, decimal spent = 0, decimal money = 0, LimitSlice? holds = null, long tokens = 0)
    {
        var report = new GatewayReport
        {
            Gateway = gateway, Services = [], Limits = [new LimitReport { Key = key.Id, Requests = requests, Tokens = tokens, Spent = spent, Money = money, Holds = holds }],
        };
        return Assert.Single((await books.RenewAsync(report, Token)).Limits).Slice;
    }

    private sealed class Spent(decimal before) : IBudgetHistory
    {
        public Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(before);
    }
}
