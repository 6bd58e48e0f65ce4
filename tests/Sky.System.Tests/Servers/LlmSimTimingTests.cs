using System.Net;
using CsCheck;
using LlmSim;
using LlmSim.Generation;
using LlmSim.Scheduling;
using LlmSim.Tokens;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Sky.SystemTests.Servers;

public sealed class LlmSimTimingTests
{
    private static readonly object Streamed = new { model = "sim", prompt = "x", stream = true };

    [Fact]
    public async Task Tokens_are_due_after_prefill_and_then_at_the_decode_rate()
    {
        var time = new FakeTimeProvider();
        var options = new SimOptions { TimeToFirstToken = TimeSpan.FromMilliseconds(50), PrefillTokensPerSecond = 1000, DecodeTokensPerSecond = 10 };
        var pacer = new Pacer(options, time, uncachedTokens: 200);

        var first = pacer.WaitAsync(0, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await first;

        var third = pacer.WaitAsync(2, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(third.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await third;
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_generation_at_once()
    {
        await using var server = await SimServer.StartAsync(SimServer.Stepwise);
        await using (await FirstBytesAsync(server))
        {
            Assert.Equal("1", await server.MetricAsync("num_requests_running"));
        }

        await SimServer.UntilAsync(async () => (await server.LedgerAsync())[0].GetProperty("done").GetBoolean());
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var record = (await server.LedgerAsync())[0];
        Assert.True(record.GetProperty("aborted").GetBoolean());
        Assert.Equal(1, record.GetProperty("completionTokens").GetInt32());
        Assert.Equal("0", await server.MetricAsync("num_requests_running"));
        Assert.Equal("0", await server.MetricAsync("gpu_cache_usage_perc"));
    }

    [Fact]
    public async Task Requests_beyond_the_slots_wait_and_beyond_the_queue_are_refused()
    {
        await using var server = await SimServer.StartAsync(SimServer.Stepwise with { Slots = 1, MaxWaiting = 1 });
        var running = await FirstBytesAsync(server);
        var waiting = FirstBytesAsync(server);
        await SimServer.UntilAsync(async () => await server.MetricAsync("num_requests_waiting") == "1");

        await server.PostAsync("/v1/completions", Streamed, 503);
        Assert.False(waiting.IsCompleted);
        await running.DisposeAsync();
        await (await waiting).DisposeAsync();
    }

    [Fact]
    public async Task Slots_are_given_in_the_order_asked_and_a_waiter_may_leave()
    {
        var slots = new Slots(1, 10);
        var first = await slots.TakeAsync(TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var second = slots.TakeAsync(leaving.Token);
        var third = slots.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, slots.Waiting);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first!.Dispose();
        first.Dispose();
        (await third)!.Dispose();
        Assert.Equal((0, 0), (slots.Running, slots.Waiting));
    }

    [Fact]
    public void The_prefix_cache_holds_whole_blocks_and_drops_the_oldest()
    {
        var cache = new PrefixCache(4 * PrefixCache.BlockTokens);
        var (a, b) = (Prompt("a", 40), Prompt("b", 40));

        Assert.Equal(0, cache.Use(a));
        Assert.Equal(32, cache.Use(a));
        Assert.Equal(16, cache.Use([.. a.Take(20), .. b]));
        Assert.Equal(4 * PrefixCache.BlockTokens, cache.Tokens);
        cache.Use(b);
        cache.Use(Prompt("c", 40));
        Assert.Equal(0, cache.Use(a));
        Assert.Equal(0, new PrefixCache(0).Use(a) + new PrefixCache(0).Use(a));
    }

    [Fact]
    public async Task Until_the_model_is_loaded_everything_answers_503()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant with { StartupDelay = TimeSpan.FromSeconds(30) });
        var before = await server.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        await server.PostAsync("/v1/completions", Streamed, 503);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        var after = await server.Client.GetAsync("/health", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task Failures_have_the_status_asked_for_and_a_cut_breaks_the_stream()
    {
        await using var failing = await SimServer.StartAsync(SimServer.Instant with { FailureRate = 1, FailureStatus = 429 });
        await failing.PostAsync("/v1/completions", Streamed, 429);

        await using var cutting = await SimServer.StartAsync(SimServer.Instant with { CutRate = 1 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cutting.StreamAsync("/v1/completions", Streamed));
        var record = (await cutting.LedgerAsync())[0];
        Assert.True(record.GetProperty("cut").GetBoolean());
        Assert.False(record.GetProperty("aborted").GetBoolean());
    }

    [Fact]
    public void Which_requests_fail_follows_from_the_seed()
    {
        var options = new SimOptions { FailureRate = 0.3, CutRate = 0.3, Seed = 7 };
        var (one, two) = (new FailurePlan(options), new FailurePlan(options));
        var fates = Enumerable.Range(0, 200).Select(_ => one.Next()).ToList();

        Assert.Equal(fates, Enumerable.Range(0, 200).Select(_ => two.Next()));
        Assert.Contains(fates, f => f.Fails);
        Assert.Contains(fates, f => f.CutAfter is not null);
        Assert.Contains(fates, f => f is { Fails: false, CutAfter: null });
    }

    [Fact]
    public void Tokens_joined_are_the_text() => Gen.String.Sample(text => string.Concat(Tokenizer.Cut(text)) == text);

    [Fact]
    public void The_command_line_wins_over_the_environment_and_nonsense_is_named()
    {
        string? Environment(string name) => name == "LLM_SIM_SLOTS" ? "4" : null;
        var options = SimSettings.Read(["--decode-rate", "12.5", "--model=a,b"], Environment);
        Assert.Equal((4, 12.5), (options.Slots, options.DecodeTokensPerSecond));
        Assert.Equal(["a", "b"], options.Models);
        Assert.Equal(8, SimSettings.Read(["--slots", "8"], Environment).Slots);

        Assert.Contains("--slot ", Assert.Throws<ArgumentException>(() => SimSettings.Read(["--slot", "1"], Environment)).Message, StringComparison.Ordinal);
        Assert.Contains("--slots", Assert.Throws<ArgumentException>(() => SimSettings.Read(["--slots", "0"], Environment)).Message, StringComparison.Ordinal);
        Assert.Contains("--seed", Assert.Throws<ArgumentException>(() => SimSettings.Read(["--seed"], Environment)).Message, StringComparison.Ordinal);
        Assert.Contains("--failure-rate", Assert.Throws<ArgumentException>(() => SimSettings.Read(["--failure-rate", "2"], Environment)).Message, StringComparison.Ordinal);
    }

    private static List<string> Prompt(string word, int tokens) => [.. Enumerable.Range(0, tokens).Select(i => $"{word}{i}")];

    /// <summary>A request that has its first event, and is left by disposing it.</summary>
    private static async Task<IAsyncDisposable> FirstBytesAsync(SimServer server)
    {
        using var request = SimServer.Post("/v1/completions", Streamed);
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[6], TestContext.Current.CancellationToken);
        return stream;
    }
}
