using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sky.Testing.Processes;

/// <summary>
/// A bounded number of clients that send requests one after the other until disposed, and remember what was answered and every answer that was not a success.
/// </summary>
public sealed class SteadyLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<Task> _clients;
    private readonly string _url;
    private readonly HttpMethod _method;
    private readonly bool _idempotent;
    private int _answered;

    /// <param name="url">Where to.</param>
    /// <param name="clients">How many at once.</param>
    /// <param name="pause">Between an answer and the next request.</param>
    /// <param name="method">GET when it is not given.</param>
    /// <param name="idempotent">Whether each request bears an <c>Idempotency-Key</c> of its own.</param>
    public SteadyLoad(string url, int clients = 4, TimeSpan? pause = null, HttpMethod? method = null, bool idempotent = false)
    {
        (_url, _method, _idempotent) = (url, method ?? HttpMethod.Get, idempotent);
        _clients = [.. Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendAsync(pause ?? TimeSpan.FromMilliseconds(10))))];
    }

    public ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>The successes, in the order they came.</summary>
    public ConcurrentQueue<LoadAnswer> Answers { get; } = [];

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
            var sent = Stopwatch.GetTimestamp();
            try
            {
                using var request = Request();
                using var answer = await _client.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode)
                {
                    Answers.Enqueue(new LoadAnswer(sent, Stopwatch.GetTimestamp(), body));
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

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(_method, _url);
        if (_method == HttpMethod.Post)
        {
            request.Content = new StringContent("a question");
        }

        if (_idempotent)
        {
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        return request;
    }
}
