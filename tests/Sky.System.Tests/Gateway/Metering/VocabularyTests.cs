using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sky.Core.Metering;
using Sky.Gateway.Metering;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>Streams whose events carry several tokens, left by their client before the usage came.</summary>
public sealed class VocabularyTests : IAsyncDisposable
{
    private const string Text = " the internationalization of municipalities, über 人工智能";
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly GatewayTestBed _bed = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_its_client_left_is_charged_for_the_tokens_of_its_events()
    {
        await _bed.StartAsync(async c =>
        {
            var data = $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{Text}\"}}}}]}}\n\n";
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(data + data + data[..^1]);
            await c.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var tokens = VocabularyCounter.LoadO200k().CountTokens(Text);
        var bytes = Encoding.UTF8.GetByteCount(Text);
        Assert.NotEqual(2 * tokens, TokenEstimate.OfStream(2, 2 * bytes));

        // The first one has the vocabulary loaded.
        await GetOneAsync();
        await GatewayTestBed.UntilAsync(() => _bed.Tokens.Count(Text) is not null, "the vocabulary");
        await GetOneAsync();
        await GatewayTestBed.UntilAsync(() => _bed.Controller.Settlements.Count == 2, "the settlements");
        var settlement = _bed.Controller.Settlements.Values.MaxBy(s => s.Sequence)!;
        Assert.Equal((SettlementKind.Estimated, 2, 2 * tokens), (settlement.Kind, settlement.Events, settlement.Usage.Completion));
    }

    [Fact]
    public async Task A_vocabulary_is_loaded_when_it_is_wanted_and_one_that_cannot_be_leaves_the_estimate()
    {
        var loads = 0;
        using var counter = new VocabularyCounter(
            () =>
            {
                Interlocked.Increment(ref loads);
                throw new FileNotFoundException();
            },
            NullLogger<VocabularyCounter>.Instance);
        await counter.StartAsync(Cancel);
        Assert.Null(counter.Count(Text));
        Assert.Equal(0, loads);

        var reader = new UsageReader(stream: true, counter: counter);
        reader.Read(Encoding.UTF8.GetBytes($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{Text}\"}}}}]}}\n\n"));
        await counter.ExecuteTask!;
        Assert.Equal(1, loads);
        Assert.Equal(TokenEstimate.OfText(Encoding.UTF8.GetByteCount(Text)), reader.Tokens(0).Completion);
        await counter.StopAsync(Cancel);
    }

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    private async Task GetOneAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_bed.Address, "/v1/chat/completions"))
        {
            Content = new StringContent("""{"model":"llm","stream":true,"messages":[{"content":"x"}]}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        var data = Encoding.UTF8.GetByteCount(Text);
        await stream.ReadExactlyAsync(new byte[2 * data], Cancel);
    }
}
