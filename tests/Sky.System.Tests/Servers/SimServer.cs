using System.Text;
using System.Text.Json;
using LlmSim;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Sky.SystemTests.Servers;

/// <summary>The simulated LLM in this process, on a port of its own, under a clock that stands still unless moved.</summary>
internal sealed class SimServer : IAsyncDisposable
{
    /// <summary>Answers without taking time.</summary>
    public static readonly SimOptions Instant = new()
    {
        Urls = "http://127.0.0.1:0",
        TimeToFirstToken = TimeSpan.Zero,
        PrefillTokensPerSecond = 0,
        DecodeTokensPerSecond = 0,
    };

    /// <summary>Gives one token, and the next when the clock has moved by a second.</summary>
    public static readonly SimOptions Stepwise = Instant with { DecodeTokensPerSecond = 1 };

    private readonly WebApplication _app;

    private SimServer(WebApplication app, FakeTimeProvider time)
    {
        _app = app;
        Time = time;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public FakeTimeProvider Time { get; }

    public HttpClient Client { get; }

    public static async Task<SimServer> StartAsync(SimOptions options)
    {
        var time = new FakeTimeProvider();
        var app = SimHost.Build(options, time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SimServer(app, time);
    }

    public static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path)
    {
        Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
    };

    public async Task<JsonElement> PostAsync(string path, object body, int status = 200)
    {
        using var request = Post(path, body);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The data of every event of a streamed answer.</summary>
    public async Task<List<string>> StreamAsync(string path, object body)
    {
        using var request = Post(path, body);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, e => Assert.StartsWith("data: ", e, StringComparison.Ordinal));
        return [.. events.Select(e => e["data: ".Length..])];
    }

    public async Task<JsonElement> LedgerAsync() =>
        JsonDocument.Parse(await Client.GetStringAsync("/sim/requests", TestContext.Current.CancellationToken)).RootElement;

    public async Task<string> MetricAsync(string name)
    {
        var text = await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return text.Split('\n').Single(l => l.StartsWith($"vllm:{name}{{", StringComparison.Ordinal)).Split(' ')[1];
    }

    /// <summary>Waits for what other threads bring about.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
