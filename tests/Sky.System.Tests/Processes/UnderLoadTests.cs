using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>Updates and deaths while requests of every kind and long streams are under way, with the real program.</summary>
public sealed class UnderLoadTests
{
    private const int StreamEvents = 60;
    private const int StreamPauseMs = 100;

    [Fact]
    public async Task Rolling_update_under_load_drops_no_request_and_no_stream_and_mixes_versions()
    {
        await using var sky = new SkyMachine();
        var answers = await UpdateAsync(sky, "rolling");

        var newest = answers.Where(answer => Tag(answer) == "v2").Min(answer => answer.Answered);
        Assert.Contains(answers, answer => Tag(answer) == "v1" && answer.Sent > newest);
    }

    [Fact]
    public async Task Blue_green_update_under_load_drops_no_request_and_no_stream_and_never_mixes()
    {
        await using var sky = new SkyMachine();
        var answers = await UpdateAsync(sky, "blue_green");

        var newest = answers.Where(answer => Tag(answer) == "v2").Min(answer => answer.Answered);
        Assert.DoesNotContain(answers, answer => Tag(answer) == "v1" && answer.Sent > newest);
    }

    [Fact]
    public async Task One_of_three_replicas_killed_under_load_costs_no_client_an_error_and_is_replaced()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 3)), "-y");
        await sky.WaitAsync("svc", Ready(3), "three ready replicas");
        var url = $"{sky.GatewayUrl}/services/svc";
        await using var gets = new SteadyLoad($"{url}/", clients: 2);
        await using var keyed = new SteadyLoad($"{url}/", clients: 2, method: HttpMethod.Post, idempotent: true);
        using var streams = new SseStreams(url);
        await streams.BeginAsync(9, StreamEvents, StreamPauseMs);
        await Task.WhenAll(gets.MoreAsync(50), keyed.MoreAsync(50));

        var victim = await GetAsync(sky, "svc");
        SkyMachine.Kill9(int.Parse(victim.Split("pid=")[1]));
        await Task.WhenAll(gets.MoreAsync(100), keyed.MoreAsync(100));
        await sky.WaitAsync("svc", status => Ready(3)(status) && Ids(status).Contains(4), "replica 4 in its place");
        await streams.BeginAsync(3, 5, StreamPauseMs);
        await Task.WhenAll(gets.MoreAsync(50), keyed.MoreAsync(50));

        Assert.Empty(gets.Failures);
        Assert.Empty(keyed.Failures);
        var others = (await streams.ResultsAsync()).Where(stream => stream.First is null || Id(stream.First) != Id(victim)).ToList();
        Assert.All(others, stream => Assert.True(stream is { Complete: true, Failure: null }, stream.ToString()));
        Assert.True(others.Count >= 3);
        var verbose = (await sky.OkAsync("serve", "status", "svc", "-v")).Output;
        Assert.Contains("SIGKILL", verbose, StringComparison.Ordinal);
        Assert.Contains("starts on port", verbose, StringComparison.Ordinal);
    }

    /// <summary>
    /// An update from v1 to v2 with requests of three kinds all the time, and streams that begin before, during and after it. Nothing is killed,
    /// so nothing may fail, what must not be retried included. Returns all answers.
    /// </summary>
    private static async Task<List<LoadAnswer>> UpdateAsync(SkyMachine sky, string mode)
    {
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");
        var url = $"{sky.GatewayUrl}/services/svc";
        await using var gets = new SteadyLoad($"{url}/", clients: 2);
        await using var posts = new SteadyLoad($"{url}/", clients: 2, method: HttpMethod.Post);
        await using var keyed = new SteadyLoad($"{url}/", clients: 2, method: HttpMethod.Post, idempotent: true);
        SteadyLoad[] loads = [gets, posts, keyed];
        using var streams = new SseStreams(url);
        await streams.BeginAsync(4, StreamEvents, StreamPauseMs);
        await Task.WhenAll(loads.Select(load => load.MoreAsync(20)));

        // The second replica of v2 is some time behind the first: a while in which a rolling update serves both versions.
        var next = sky.WriteFile("svc/v2.yaml", TestService.Yaml(replicas: 2, tag: "v2", envs: ("READY_AFTER_MS", "1500")));
        var update = sky.OkAsync("serve", "update", "svc", next, "--mode", mode, "-y");
        while (!update.IsCompleted)
        {
            await streams.BeginAsync(1, StreamEvents / 2, StreamPauseMs);
            await Task.WhenAny(update, Task.Delay(500, TestContext.Current.CancellationToken));
        }

        await update;
        await sky.WaitAsync("svc", status => Versions(status) is [2] && Ready(2)(status), "version 2 alone serves", seconds: 120);
        await streams.BeginAsync(3, 5, StreamPauseMs);
        await Task.WhenAll(loads.Select(load => load.MoreAsync(20)));

        var results = await streams.ResultsAsync();
        Assert.All(results, stream => Assert.True(stream is { Complete: true, Failure: null }, stream.ToString()));
        Assert.True(results.Length >= 10, $"{results.Length} streams");
        Assert.All(results[..4], stream => Assert.Equal(("v1", StreamEvents), (Tag(stream.First!), stream.Events)));
        Assert.All(results[^3..], stream => Assert.Equal("v2", Tag(stream.First!)));
        Assert.All(loads, load => Assert.Empty(load.Failures));
        return [.. loads.SelectMany(load => load.Answers), .. results.Select(stream => stream.First!)];
    }

    private static string Tag(LoadAnswer answer) => answer.Text.Split("tag=")[1].Split(' ')[0];

    private static string Id(LoadAnswer answer) => Id(answer.Text);

    private static string Id(string text) => text.Split("id=")[1].Split(' ')[0];
}
