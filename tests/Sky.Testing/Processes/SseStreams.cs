using System.Diagnostics;

namespace Sky.Testing.Processes;

/// <summary>Streams of the test replica's <c>/stream</c> that are read to their end.</summary>
public sealed class SseStreams(string url) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(3) };
    private readonly List<Task<StreamResult>> _streams = [];

    /// <summary>Begins so many streams and returns when each has had its first event or has failed.</summary>
    public async Task BeginAsync(int count, int events, int pauseMs)
    {
        List<Task> begun = [];
        for (var i = 0; i < count; i++)
        {
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var stream = ReadAsync($"{url}/stream?events={events}&ms={pauseMs}", first);
            _streams.Add(stream);
            begun.Add(Task.WhenAny(first.Task, stream));
        }

        await Task.WhenAll(begun);
    }

    /// <summary>All streams begun so far, once they are over, in the order they were begun in.</summary>
    public Task<StreamResult[]> ResultsAsync() => Task.WhenAll(_streams);

    public void Dispose() => _client.Dispose();

    private async Task<StreamResult> ReadAsync(string address, TaskCompletionSource begun)
    {
        var sent = Stopwatch.GetTimestamp();
        var (first, events, complete) = ((LoadAnswer?)null, 0, false);
        try
        {
            await using var stream = await _client.GetStreamAsync(address);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync() is { } line)
            {
                complete |= line == "data: [DONE]";
                if (complete || !line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    continue;
                }

                first ??= new LoadAnswer(sent, Stopwatch.GetTimestamp(), line);
                events++;
                begun.TrySetResult();
            }

            return new StreamResult(first, events, complete, null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new StreamResult(first, events, complete, e.Message);
        }
    }
}
