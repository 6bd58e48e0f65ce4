using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Sky.Bench.Forwarding;

/// <summary>A fixed number of clients that each read a streamed chat completion, and then ask for the next.</summary>
internal static class EventLoad
{
    public const int Streams = 16;
    public const int TokensPerSecond = 200;
    public const int TokensOfAnswer = 200;

    private const string Request = """{"model":"sim","stream":true,"max_tokens":200,"messages":[{"role":"user","content":"Tell me a long story."}]}""";

    /// <summary>The number of events that arrived within <paramref name="duration"/>.</summary>
    public static async Task<long> RunAsync(int port, string path, AuthenticationHeaderValue? key, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Authorization = key;
        var deadline = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => ReadAsync(http, $"http://127.0.0.1:{port}{path}", deadline, cancellationToken)));
        return counts.Sum();
    }

    private static async Task<long> ReadAsync(HttpClient http, string url, long deadline, CancellationToken cancellationToken)
    {
        long events = 0;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(Request, Encoding.UTF8, "application/json") };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (Stopwatch.GetTimestamp() < deadline && await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                events += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return events;
    }
}
