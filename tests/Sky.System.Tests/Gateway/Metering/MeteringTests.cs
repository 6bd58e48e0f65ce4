using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Core.Metering;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>What each kind of request is charged, and that the client gets what it would have got without being counted.</summary>
public sealed class MeteringTests : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly GatewayTestBed _bed = new();
    private string _asked = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_is_not_streamed_passes_as_it_is_and_its_usage_is_exact()
    {
        const string Answer = """{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":1000,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":400}}}""";
        await StartAsync(c => AnswerAsync(c, Answer));
        await _bed.PublishAsync(_bed.Endpoints() with { Prices = new PriceSpec { Input = 1.5m, CachedInput = 0.15m, Output = 4m } });
        Assert.Equal(Answer, await SendAsync("""{"model":"llm","messages":[]}"""));

        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Exact, new TokenUsage(1000, 400, 20), 0.00104m, "USD"), (settlement.Kind, settlement.Usage, settlement.Cost, settlement.Currency));
        Assert.Equal(("llm", "llm", 1, 1), (settlement.Service.Value, settlement.Model, settlement.Version, settlement.Replica));
        Assert.Null(settlement.Key);
    }

    [Theory]
    [InlineData("/v1/completions", """{"choices":[{"text":"12345678"}]}""", 2, 2)]
    [InlineData("/v1/embeddings", """{"data":[{"embedding":[1,2,3]}]}""", 2, 0)]
    public async Task Without_usage_an_answer_is_estimated(string path, string answer, int prompt, int completion)
    {
        await StartAsync(c => AnswerAsync(c, answer));
        await SendAsync("""{"model":"llm","prompt":"12345","input":"12345"}""", path);
        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Estimated, new TokenUsage(prompt, 0, completion)), (settlement.Kind, settlement.Usage));
    }

    [Fact]
    public async Task A_replica_that_says_what_cannot_be_is_not_believed_and_costs_what_is_estimated()
    {
        const string Answer = """{"choices":[{"message":{"content":"12345678"}}],"usage":{"prompt_tokens":1,"completion_tokens":2147483647}}""";
        await StartAsync(c => AnswerAsync(c, Answer));
        await _bed.PublishAsync(_bed.Endpoints() with { Prices = new PriceSpec { Input = 0, Output = 1_000_000m } });
        Assert.Equal(Answer, await SendAsync("""{"model":"llm","messages":[]}"""));
        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Estimated, 2, 2m), (settlement.Kind, settlement.Usage.Completion, settlement.Cost));
        Assert.Single(_bed.Log.Lines, line => line.Contains("tokens_per_request", StringComparison.Ordinal));
        using var scrape = await Http.GetAsync(new Uri(_bed.Address, "/metrics"), Cancel);
        Assert.Contains("sky_gateway_ledger_disbelieved_total{sky_service=\"llm\"} 1", await scrape.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        // Of two answers each may have as much.
        await _bed.PublishAsync(_bed.Endpoints() with { Limits = new ServiceLimitsSpec { TokensPerRequest = 1 << 30 } });
        await SendAsync("""{"model":"llm","messages":[],"n":2}""");
        await GatewayTestBed.UntilAsync(() => _bed.Controller.Settlements.Count == 2);
        Assert.Contains(_bed.Controller.Settlements.Values, s => s is { Kind: SettlementKind.Exact, Usage.Completion: int.MaxValue });
    }

    [Fact]
    public async Task A_stream_is_asked_for_its_usage_which_the_client_does_not_get()
    {
        var with = Chat(usage: true);
        await StartAsync(c => StreamAsync(c, with));
        Assert.Equal(Chat(usage: false), await SendAsync("""{"model":"llm","stream":true,"messages":[]}"""));
        Assert.True(JsonDocument.Parse(_asked).RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Exact, new TokenUsage(11, 4, 2), 4), (settlement.Kind, settlement.Usage, settlement.Events));
    }

    [Fact]
    public async Task A_client_that_asks_for_usage_gets_it()
    {
        const string Body = """{"model":"llm","stream":true,"messages":[],"stream_options":{"include_usage":true}}""";
        await StartAsync(c => StreamAsync(c, Chat(usage: true)));
        Assert.Equal(Chat(usage: true), await SendAsync(Body));
        Assert.Equal(Body, _asked);
        Assert.Equal(SettlementKind.Exact, (await OneAsync()).Kind);
    }

    [Fact]
    public async Task A_service_that_must_not_be_asked_is_not_and_its_streams_are_estimated()
    {
        await StartAsync(c => StreamAsync(c, Chat(usage: false)));
        await _bed.PublishAsync(_bed.Endpoints() with { Usage = UsageAsk.None });
        await SendAsync("""{"model":"llm","stream":true,"messages":[{"content":"1234"}]}""");
        Assert.DoesNotContain("stream_options", _asked, StringComparison.Ordinal);
        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Estimated, 2), (settlement.Kind, settlement.Usage.Completion));
    }

    [Fact]
    public async Task Usage_in_every_event_is_asked_for_and_taken_out_where_the_service_says_so()
    {
        var events = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\n";
        await StartAsync(c => StreamAsync(c, events + "data: {\"usage\" : null , \"choices\":[1]}\r\n\r\n"));
        await _bed.PublishAsync(_bed.Endpoints() with { Usage = UsageAsk.Continuous });
        var answer = await SendAsync("""{"model":"llm","stream":true,"messages":[],"stream_options":{"x":1}}""");
        Assert.Equal("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: { \"choices\":[1]}\r\n\r\n", answer);
        Assert.Contains("\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true,\"x\":1}", _asked, StringComparison.Ordinal);
        Assert.Equal((SettlementKind.Exact, new TokenUsage(9, 0, 1)), (await OneAsync() is var s ? (s.Kind, s.Usage) : default));
    }

    [Fact]
    public async Task Large_events_and_small_ones_pass_as_they_are()
    {
        var large = "data: {\"choices\":[{\"delta\":{\"content\":\"" + new string('x', 200_000) + "\"}}],\"usage\":null}\n\n";
        await StartAsync(c => StreamAsync(c, large + Chat(usage: true)));
        Assert.Equal(large + Chat(usage: false), await SendAsync("""{"model":"llm","stream":true,"messages":[]}"""));
        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Exact, 5), (settlement.Kind, settlement.Events));
    }

    [Fact]
    public async Task An_error_of_a_replica_and_a_request_that_reaches_none_cost_nothing()
    {
        await StartAsync(c =>
        {
            c.Response.StatusCode = 400;
            return AnswerAsync(c, """{"error":{},"usage":{"prompt_tokens":5,"completion_tokens":5}}""");
        });
        await SendAsync("""{"model":"llm","messages":[]}""", status: HttpStatusCode.BadRequest);
        Assert.Equal((SettlementKind.Failed, default), (await OneAsync() is var s ? (s.Kind, s.Usage) : default));

        await _bed.PublishAsync(_bed.Endpoints() with { Replicas = [], CanWait = false });
        await SendAsync("""{"model":"llm","messages":[]}""", status: HttpStatusCode.ServiceUnavailable);
        await GatewayTestBed.UntilAsync(() => _bed.Controller.Settlements.Count == 2);
        Assert.Single(_bed.Controller.Settlements.Values, t => t is { Kind: SettlementKind.Unsent, Replica: 0, Usage: { Prompt: 0, Completion: 0 } });
    }

    [Fact]
    public async Task A_client_that_leaves_a_stream_pays_for_its_events_and_one_that_leaves_another_request_for_the_reservation()
    {
        var gone = new CancellationTokenSource();
        await StartAsync(async c =>
        {
            if (_asked.Contains("\"stream\":true", StringComparison.Ordinal))
            {
                c.Response.ContentType = "text/event-stream";
                await c.Response.WriteAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"de");
                await c.Response.Body.FlushAsync();
            }
            else
            {
                await gone.CancelAsync();
            }

            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using (var streamed = await Http.SendAsync(Request("""{"model":"llm","stream":true,"messages":[{"content":"x"}]}"""), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            await using var stream = await streamed.Content.ReadAsStreamAsync(Cancel);
            await stream.ReadExactlyAsync(new byte[10], Cancel);
        }

        var settlement = await OneAsync();
        Assert.Equal((SettlementKind.Estimated, 1, 1), (settlement.Kind, settlement.Usage.Completion, settlement.Events));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Http.SendAsync(Request("""{"model":"llm","max_tokens":77,"messages":[{"content":"x"}]}"""), gone.Token));
        await GatewayTestBed.UntilAsync(() => _bed.Controller.Settlements.Count == 2);
        var kept = _bed.Controller.Settlements.Values.Single(t => t.Sequence == 1);
        Assert.Equal((SettlementKind.Kept, 77), (kept.Kind, kept.Usage.Completion));
    }

    [Fact]
    public async Task What_the_controller_did_not_take_is_told_again_and_by_the_next_run_too()
    {
        await StartAsync(c => AnswerAsync(c, """{"usage":{"prompt_tokens":1,"completion_tokens":2}}"""));
        var refused = 0;
        _bed.Controller.LoseSettlements = () => ++refused < 3;
        await SendAsync("""{"model":"llm","messages":[]}""");
        await OneAsync();
        Assert.Equal(3, refused);

        _bed.Controller.LoseSettlements = () => true;
        await SendAsync("""{"model":"llm","messages":[]}""");
        await _bed.StopGatewayAsync(drain: true);
        Assert.Single(Directory.GetFiles(Path.Combine(_bed.Home, "gateway"), "journal-*"));
        _bed.Controller.LoseSettlements = null;
        await _bed.StartGatewayAsync();
        await GatewayTestBed.UntilAsync(() => _bed.Controller.Settlements.Count == 2);
        await GatewayTestBed.UntilAsync(() => Directory.GetFiles(Path.Combine(_bed.Home, "gateway"), "journal-*").Length == 0);
    }

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    private static string Chat(bool usage) =>
        "data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]" + (usage ? ",\"usage\":null" : "") + "}\n\n"
        + "data: {\"id\":\"1\", \"choices\": [{\"delta\": {\"content\": \"b\"}}]" + (usage ? ", \"usage\": null" : "") + "}\n\n"
        + (usage ? "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n" : "")
        + "data: [DONE]\n\n";

    private static async Task StreamAsync(HttpContext context, string events)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        foreach (var piece in Encoding.UTF8.GetBytes(events).Chunk(1 + (events.Length / 97)))
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    private static Task AnswerAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private Task StartAsync(RequestDelegate handler) => _bed.StartAsync(async c =>
    {
        using var reader = new StreamReader(c.Request.Body);
        _asked = await reader.ReadToEndAsync(c.RequestAborted);
        await handler(c);
    });

    private HttpRequestMessage Request(string body, string path = "/v1/chat/completions") => new(HttpMethod.Post, new Uri(_bed.Address, path))
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private async Task<string> SendAsync(string body, string path = "/v1/chat/completions", HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await Http.SendAsync(Request(body, path), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == status, text);
        return text;
    }

    private async Task<Settlement> OneAsync()
    {
        await GatewayTestBed.UntilAsync(() => !_bed.Controller.Settlements.IsEmpty, "the settlement");
        return Assert.Single(_bed.Controller.Settlements.Values);
    }
}
