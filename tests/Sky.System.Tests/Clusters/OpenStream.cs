using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>A completion that is read event by event, so that a test can see it go on, however long something else takes.</summary>
internal sealed class OpenStream : IDisposable
{
    private const int Words = 30_000;
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private OpenStream(HttpRequestMessage request, HttpResponseMessage answer, StreamReader lines) => (_request, _answer, _lines) = (request, answer, lines);

    /// <summary>From a replica on that node.</summary>
    public static async Task<OpenStream> FromAsync(ClusterBed bed, int node, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stream = await BeginAsync(bed.Client, cancellationToken);
            if ((await bed.ReadyAsync("llm-sim")).Any(one => $"{one.Id}" == stream._answer.Headers.GetValues("X-Sky-Replica").First() && one.Node == ClusterBed.NameOf(node)))
            {
                return stream;
            }

            stream.Dispose();
        }
    }

    private static async Task<OpenStream> BeginAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var request = ClusterLoad.Request(LoadKind.Stream, Words);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {(answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync(cancellationToken))}");
        return new OpenStream(request, answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken)));
    }

    /// <summary>Reads on until that many more events have come. Fails where the stream ends.</summary>
    public async Task MoreAsync(int events, CancellationToken cancellationToken)
    {
        while (events > 0)
        {
            var line = await _lines.ReadLineAsync(cancellationToken);
            Assert.NotNull(line);
            Assert.NotEqual("data: [DONE]", line);
            events -= line.StartsWith("data: {", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    /// <summary>The client leaves.</summary>
    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
        _request.Dispose();
    }
}
