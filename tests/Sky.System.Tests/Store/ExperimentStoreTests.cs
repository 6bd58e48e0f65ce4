using Microsoft.Data.Sqlite;
using Sky.Controller.Store;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

public sealed class ExperimentStoreTests : IDisposable
{
    private static readonly ServiceName Service = new("llm");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-arms-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "state.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_last_word_of_each_gateway_counts_once_however_often_and_in_what_order_it_comes()
    {
        var random = new Random(5);
        ArmBatch[] told = [.. from gateway in new[] { "a", "b" } from sequence in Enumerable.Range(1, 20) select Batch(gateway, sequence, requests: sequence * 10)];
        for (var round = 0; round < 3; round++)
        {
            using var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
            random.Shuffle(told);
            foreach (var batch in told)
            {
                await store.AddArmsAsync(batch, Token);
            }
        }

        using var last = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        var arms = await last.ArmsAsync(Service, 1, Token);
        Assert.Equal([1, 2], arms.Keys.Order());
        Assert.Equal((400, 40, 400), (arms[2].Requests, arms[2].Errors, arms[2].FirstToken.Total()));
        Assert.Equal(new Moments(400, 200, 100), arms[2].LatencySeconds);
        Assert.Empty(await last.ArmsAsync(Service, 2, Token));
        Assert.Empty(await last.ArmsAsync(new ServiceName("other"), 1, Token));
    }

    [Fact]
    public async Task Feedback_on_one_answer_counts_once_with_its_last_score()
    {
        using (var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token))
        {
            foreach (var (id, version, score) in new[] { ("x", 1, 0.0), ("x", 1, 1), ("y", 1, 0.5), ("z", 2, 0), ("x", 1, 1) })
            {
                await store.AddFeedbackAsync(new FeedbackReport { Service = Service, Generation = 3, Version = version, Id = id, Score = score }, Token);
            }
        }

        using var again = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        var feedback = await again.FeedbackAsync(Service, 3, Token);
        Assert.Equal((new Moments(2, 1.5, 1.25), new Moments(1, 0, 0)), (feedback[1], feedback[2]));
    }

    [Fact]
    public async Task Of_many_divisions_the_last_ones_are_kept()
    {
        using var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        for (var generation = 1; generation <= 30; generation++)
        {
            await store.AddFeedbackAsync(new FeedbackReport { Service = Service, Generation = generation, Version = 1, Id = "x", Score = 1 }, Token);
            var batch = Batch("a", generation, 10);
            await store.AddArmsAsync(batch with { Arms = [.. batch.Arms.Select(arm => arm with { Generation = generation })] }, Token);
        }

        Assert.Empty(await store.ArmsAsync(Service, 10, Token));
        Assert.Empty(await store.FeedbackAsync(Service, 10, Token));
        Assert.NotEmpty(await store.ArmsAsync(Service, 11, Token));
        Assert.NotEmpty(await store.FeedbackAsync(Service, 11, Token));
    }

    private static ArmBatch Batch(string gateway, long sequence, long requests) => new()
    {
        Gateway = gateway,
        Sequence = sequence,
        Arms =
        [
            .. new[] { 1, 2 }.Select(version => new ArmReport
            {
                Service = Service,
                Generation = 1,
                Version = version,
                Totals = new ArmTotals
                {
                    Requests = requests,
                    Errors = requests / 10,
                    FirstToken = new LatencyCounts { Buckets = new Dictionary<int, long> { [200] = requests } },
                    LatencySeconds = new Moments(requests, requests / 2.0, requests / 4.0),
                },
            }),
        ],
    };
}
