using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sky.Testing.Processes;

/// <summary>A bounded number of clients that send GET requests one after the other until disposed, and remember every answer that was not a success.</summary>
public sealed class SteadyLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<Task> _clients;
    private readonly string _url;
    private int _answered;

    public SteadyLoad(string url, int clients = 4, TimeSpan? pause = null)
    {
        _url = url;
        _clients = [.. Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendAsync(pause ?? TimeSpan.FromMilliseconds(10))))];
    }

    public ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>Bodies of the answers, by how often they came.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = [];

    public int Answered => _answered;

    /// <summary>Waits until that many more requests were answered.</summary>
    public async Task MoreAsync(int count)
    {
        var goal = _answered + count;
        var watch = Stopwatch.StartNew();
        while (_answered < goal)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(90))
            {
                throw new TimeoutException($"{count} more answers did not come; failures: {string.Join("; ", Failures.Take(5))}");
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(TimeSpan pause)
    {
        // The bound keeps a hanging test from sending for ever.
        for (var i = 0; i < 20_000 && !_stop.IsCancellationRequested; i++)
        {
            try
            {
                using var answer = await _client.GetAsync(_url);
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode)
                {
                    Answers.AddOrUpdate(body, 1, (_, n) => n + 1);
                }
                else
                {
                    Failures.Enqueue($"{(int)answer.StatusCode} {body}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                Failures.Enqueue(e.Message);
            }

            Interlocked.Increment(ref _answered);
            await Task.Delay(pause);
        }
    }
}
