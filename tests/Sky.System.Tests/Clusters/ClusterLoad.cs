using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Sky.SystemTests.Clusters;

/// <summary>Clients that ask an LLM through the gateway, each one thing after the other until disposed. All may be repeated: they bear a key or only look.</summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private const string Service = "http://127.0.0.1:30000/services/llm-sim";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly HttpClient _client;
    private readonly List<Task> _clients;

    public ClusterLoad(HttpClient client)
    {
        _client = client;
        LoadKind[] kinds = [LoadKind.Models, LoadKind.Plain, LoadKind.Plain, LoadKind.Stream, LoadKind.Stream, LoadKind.Stream];
        _clients = [.. kinds.Select(kind => Task.Run(() => SendAsync(kind)))];
    }

    public ConcurrentQueue<LoadResult> Results { get; } = [];

    /// <summary>Of requests that were under way at that time or were sent later.</summary>
    public IReadOnlyList<LoadResult> Since(DateTimeOffset time) => [.. Results.Where(result => result.Sent + result.Took >= time)];

    /// <summary>Waits until that many more requests are over.</summary>
    public async Task MoreAsync(int count)
    {
        var goal = Results.Count + count;
        await ClusterBed.UntilAsync(() => Task.FromResult(Results.Count >= goal), $"{count} more requests are over");
    }

    /// <summary>One request to its end.</summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="kind">What is asked.</param>
    /// <param name="words">How long the completion is: fifty words or fewer a second.</param>
    /// <param name="begun">Told when the answer has begun.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<LoadResult> AskAsync(HttpClient client, LoadKind kind, int words, TaskCompletionSource? begun = null, CancellationToken cancellationToken = default)
    {
        var (sent, watch) = (TimeProvider.System.GetUtcNow(), Stopwatch.StartNew());
        var (attempt, began) = (0, false);
        TimeSpan? answered = null;
        try
        {
            using var request = Request(kind, words);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            attempt = answer.Headers.TryGetValues("X-Sky-Attempt", out var values) ? int.Parse(values.First(), System.Globalization.CultureInfo.InvariantCulture) : 0;
            answered = watch.Elapsed;
            began = answer.IsSuccessStatusCode;
            begun?.TrySetResult();
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return new LoadResult(kind, sent, watch.Elapsed, answered, attempt, began, began ? Flaw(kind, words, text) : $"{(int)answer.StatusCode} {text}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return new LoadResult(kind, sent, watch.Elapsed, answered, attempt, began, failure.Message);
        }
        finally
        {
            begun?.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // What hangs is a failure.
        await _stop.CancelAsync();
        _cut.CancelAfter(Patience);
        await Task.WhenAll(_clients);
    }

    private async Task SendAsync(LoadKind kind)
    {
        while (!_stop.IsCancellationRequested)
        {
            Results.Enqueue(await AskAsync(_client, kind, kind == LoadKind.Stream ? 30 : 3, cancellationToken: _cut.Token));
            await Task.Delay(Pause);
        }
    }

    internal static HttpRequestMessage Request(LoadKind kind, int words)
    {
        var request = kind == LoadKind.Models
            ? new HttpRequestMessage(HttpMethod.Get, Service + "/v1/models")
            : new HttpRequestMessage(HttpMethod.Post, Service + "/v1/chat/completions") { Content = new StringContent(Body(kind, words), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Sky-Debug", "1");
        if (kind != LoadKind.Models)
        {
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        return request;
    }

    /// <summary>The simulated LLM says after it what it is told to.</summary>
    private static string Body(LoadKind kind, int words) =>
        $$"""{"model": "sim", "messages": [{"role": "user", "content": "/say {{Text(words)}}"}], "max_tokens": {{10 * words}}, "stream": {{(kind == LoadKind.Stream ? "true" : "false")}}}""";

    private static string Text(int words) => string.Join(' ', Enumerable.Range(1, words).Select(number => $"word{number}"));

    /// <summary>What is wrong with an answer; null for nothing.</summary>
    private static string? Flaw(LoadKind kind, int words, string text)
    {
        if (kind == LoadKind.Models)
        {
            return text.Contains("sim", StringComparison.Ordinal) ? null : text;
        }

        var said = kind == LoadKind.Plain
            ? ContentOf(JsonDocument.Parse(text).RootElement, "message")
            : string.Concat(text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => ContentOf(JsonDocument.Parse(line[6..]).RootElement, "delta")));
        return said == Text(words) && (kind == LoadKind.Plain || text.Contains("data: [DONE]", StringComparison.Ordinal)) ? null : $"said '{said}' of {words} words";
    }

    private static string ContentOf(JsonElement answer, string part) =>
        answer.GetProperty("choices") is var choices && choices.GetArrayLength() > 0 && choices[0].GetProperty(part).TryGetProperty("content", out var content) ? content.GetString() ?? "" : "";
}
