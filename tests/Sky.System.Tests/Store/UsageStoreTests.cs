using Microsoft.Data.Sqlite;
using Sky.Controller.Store;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

public sealed class UsageStoreTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 30, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-usage-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "state.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EachSettlementCountsOnceHoweverOftenItIsToldAndAfterOpeningAgain()
    {
        var random = new Random(1);
        var told = Enumerable.Range(0, 200).Select(sequence => Make(sequence)).ToArray();
        for (var round = 0; round < 3; round++)
        {
            using var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
            random.Shuffle(told);
            foreach (var batch in told.Chunk(17))
            {
                await store.AddUsageAsync(new SettlementBatch { Gateway = "a", Settlements = [.. batch, batch[0]] }, Start, Token);
            }
        }

        using var last = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        await last.AddUsageAsync(new SettlementBatch { Gateway = "b", Settlements = [Make(0)] }, Start, Token);
        var row = Assert.Single(await last.UsageAsync(new UsageQuery(Start), Token));
        Assert.Equal((201, new TokenUsage(201 * 3, 201, 201 * 2), 201 * 0.1m), (row.Requests.Exact, row.Usage, row.Cost));
        Assert.Equal((Start.AddMinutes(-30), "EUR"), (row.Hour, row.Currency));
        using var connection = new SqliteConnection($"Data Source={Path}");
        connection.Open();
        Assert.Equal(2L, connection.Scalar<long>("SELECT count(*) FROM settled"));
    }

    [Fact]
    public async Task RowsAreTakenApartByHourKeyServiceModelVersionAndCurrencyAndFound()
    {
        using var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        Settlement[] settlements =
        [
            Make(0),
            Make(1) with { At = Start.AddHours(1), Kind = SettlementKind.Kept },
            Make(2) with { Key = "key-1" },
            Make(3) with { Service = new ServiceName("other"), Kind = SettlementKind.Unsent },
            Make(4) with { Model = "m2" },
            Make(5) with { Version = 2, Kind = SettlementKind.Failed },
            Make(6) with { Currency = null, Kind = SettlementKind.Estimated },
        ];
        await store.AddUsageAsync(new SettlementBatch { Gateway = "a", Settlements = settlements }, Start, Token);

        Assert.Equal(7, (await store.UsageAsync(new UsageQuery(Start), Token)).Count);
        Assert.Equal(1, Assert.Single(await store.UsageAsync(new UsageQuery(Start.AddHours(1)), Token)).Requests.Kept);
        Assert.Equal("key-1", Assert.Single(await store.UsageAsync(new UsageQuery(Start, Key: "key-1"), Token)).Key);
        Assert.Equal(1, Assert.Single(await store.UsageAsync(new UsageQuery(Start, Service: new ServiceName("other")), Token)).Requests.Unsent);
        Assert.Empty(await store.UsageAsync(new UsageQuery(Start.AddHours(2)), Token));
        var total = UsageSums.Total(await store.UsageAsync(new UsageQuery(Start), Token));
        Assert.Equal((6, 7), (total.Count, total.Sum(row => row.Requests.Total)));
    }

    [Fact]
    public async Task WhatIsKnownOfRunsThatEndedIsForgottenWithoutAnythingBeingAddedTwice()
    {
        using var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        var old = new SettlementBatch { Gateway = "a", Settlements = [Make(0)] };
        await store.AddUsageAsync(old, Start, Token);
        for (var day = 1; day <= 1000; day++)
        {
            // A new run each day; the first one tells its settlement again and again.
            var now = Start.AddDays(day);
            await store.AddUsageAsync(new SettlementBatch { Gateway = $"run {day}", Settlements = [Make(0) with { At = now }] }, now, Token);
            if (day % 50 == 0)
            {
                await store.AddUsageAsync(old, now, Token);
            }
        }

        Assert.Equal(1001, (await store.UsageAsync(new UsageQuery(Start), Token)).Sum(row => row.Requests.Total));
        using var connection = new SqliteConnection($"Data Source={Path}");
        connection.Open();
        Assert.Equal(402L, connection.Scalar<long>("SELECT count(*) FROM settled"));
    }

    private static Settlement Make(long sequence) => new()
    {
        Sequence = sequence,
        At = Start,
        Service = new ServiceName("llm"),
        Model = "m",
        Version = 1,
        Usage = new TokenUsage(3, 1, 2),
        Cost = 0.1m,
        Currency = "EUR",
        Kind = SettlementKind.Exact,
    };
}
