using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Metering;
using Sky.Core.Specs;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Experiments;
using Sky.Gateway.Forwarding.Mirroring;
using Sky.SystemTests.Gateway.Telemetry;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Versions;

/// <summary>Copies of requests for a version whose answers are dropped.</summary>
public sealed class MirroringTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly ConcurrentQueue<(string Target, string Body, string Mirrored, string Authorization)> _copies = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_is_copied_whole_marked_and_without_its_key_and_its_client_notices_nothing()
    {
        await using var bed = await StartAsync(AnswerAsync);
        await bed.PublishAsync(TestKey.Record());
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Get, "/a%2Fb?x=1"));
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Post, "/upload", "some body"));
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Post, "/v1/chat/completions", Chat));
        await GatewayTestBed.UntilAsync(() => _copies.Count == 3, "three copies");
        Assert.Equal(
            [("/a%2Fb?x=1", "", "1", ""), ("/upload", "some body", "1", ""), ("/v1/chat/completions", Chat, "1", "")],
            _copies.OrderBy(copy => copy.Target, StringComparer.Ordinal));
        await GatewayTestBed.UntilAsync(() => Mirror(bed).Requests == 3, "three counted");
        Assert.Equal((0, 0), (Mirror(bed).Errors, Mirror(bed).NotMirrored));
        Assert.Equal(0, bed.InFlight);
        Assert.Equal((3, 3, 0), await MetricsAsync(bed, ("code", "2xx")));
    }

    [Fact]
    public async Task What_a_copy_used_is_in_the_ledger_for_nobodys_key_and_apart()
    {
        await using var bed = await StartAsync(AnswerAsync);
        await bed.PublishAsync(TestKey.Record());
        await SendAsync(bed, HttpMethod.Post, "/v1/chat/completions", Chat);
        await GatewayTestBed.UntilAsync(() => bed.Controller.Settlements.Count == 2, "two settlements");
        var mirrored = bed.Controller.Settlements.Values.Single(settlement => settlement.Kind is SettlementKind.Mirrored);
        var own = bed.Controller.Settlements.Values.Single(settlement => settlement.Kind is not SettlementKind.Mirrored);
        Assert.Equal((null, 2, new TokenUsage(7, 0, 3)), (mirrored.Key, mirrored.Version, mirrored.Usage));
        Assert.Equal(("key-0001", 1), (own.Key, own.Version));
        Assert.Equal((((7 * 5m) + (3 * 10m)) / 1_000_000, (own.Usage.Prompt + (2m * own.Usage.Completion)) / 1_000_000), (mirrored.Cost, own.Cost));
        var rows = UsageSums.ByHour(bed.Controller.Settlements.Values);
        Assert.Equal([(0L, 1L), (1L, 0L)], rows.Select(row => (row.Requests.Total, row.Requests.Mirrored)).Order());
        await GatewayTestBed.UntilAsync(() => Mirror(bed).CompletionTokens == new Moments(1, 3, 9), "tokens of the mirror");
    }

    [Fact]
    public async Task A_mirror_that_hangs_delays_nobody_and_copies_beyond_the_bound_are_not_sent()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bed = await StartAsync(async context =>
        {
            await goOn.Task;
            await AnswerAsync(context);
        });
        for (var i = 0; i < MirrorQueue.MostAtOnce + 10; i++)
        {
            Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Get, "/"));
        }

        await GatewayTestBed.UntilAsync(() => Mirror(bed).NotMirrored == 10, "ten not sent");
        Assert.Equal(MirrorQueue.MostAtOnce, bed.InFlight);
        goOn.SetResult();
        await GatewayTestBed.UntilAsync(() => Mirror(bed).Requests == MirrorQueue.MostAtOnce && bed.InFlight == 0, "the others end");
        Assert.Equal((MirrorQueue.MostAtOnce, MirrorQueue.MostAtOnce, 10), await MetricsAsync(bed));
    }

    [Fact]
    public async Task A_mirror_that_fails_or_breaks_or_is_not_there_fails_nobody()
    {
        await using var bed = await StartAsync(context =>
        {
            if (context.Request.Path == "/break")
            {
                context.Abort();
            }

            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Get, "/fail"));
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Get, "/break"));
        await GatewayTestBed.UntilAsync(() => Mirror(bed).Errors == 2, "two errors");
        await bed.Backends[1].StopAsync();
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Get, "/gone"));
        await GatewayTestBed.UntilAsync(() => Mirror(bed).Errors == 3, "three errors");
        Assert.Equal((3, 1, 0), await MetricsAsync(bed, ("code", "5xx")));
        Assert.Equal((3, 2, 0), await MetricsAsync(bed, ("code", "none")));
    }

    [Fact]
    public async Task A_long_body_is_not_copied_and_counted_and_arrives()
    {
        await using var bed = await StartAsync(AnswerAsync);
        Assert.Equal("version 1", await SendAsync(bed, HttpMethod.Post, "/upload", new string('x', MirrorStage.MostBody + 1)));
        await GatewayTestBed.UntilAsync(() => Mirror(bed).NotMirrored == 1, "one not copied");
        Assert.Empty(_copies);
        Assert.Equal((0, 0, 1), await MetricsAsync(bed));
    }

    [Fact]
    public async Task A_share_of_the_requests_is_copied_when_that_is_what_is_asked()
    {
        await using var bed = await StartAsync(AnswerAsync, percent: 20);
        for (var i = 0; i < 200; i++)
        {
            await SendAsync(bed, HttpMethod.Get, "/");
        }

        await GatewayTestBed.UntilAsync(() => Mirror(bed).Requests + Mirror(bed).NotMirrored > 0 && bed.InFlight == 0, "some copies");

        // Six standard deviations of a binomial count.
        Assert.InRange(_copies.Count, 200 * 0.2 - 34, 200 * 0.2 + 34);
    }

    private const string Chat = "{\"model\":\"llm\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    private async Task<GatewayTestBed> StartAsync(RequestDelegate mirror, int percent = 100)
    {
        var bed = new GatewayTestBed { Options = options => options with { AllowAnonymous = true, MetricsListen = new Uri("http://127.0.0.1:0") } };
        await bed.StartAsync(
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                await context.Response.WriteAsync("version 1");
            },
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var body = await reader.ReadToEndAsync();
                var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
                _copies.Enqueue((target, body, context.Request.Headers["X-Sky-Mirrored"].ToString(), context.Request.Headers.Authorization.ToString() + context.Request.Headers["api-key"]));
                await mirror(context);
            });
        await bed.PublishAsync(bed.Endpoints() with
        {
            Replicas = [.. bed.Backends.Select(backend => backend.Endpoint with { Version = backend.Id })],
            Prices = new PriceSpec { Input = 1, Output = 2, Currency = "USD" },
            Traffic = new ServiceTraffic { Generation = 1, Arms = [new VersionWeight(1, 100)], Mirror = new MirrorTarget(2, percent), Prices = [new VersionPrices(2, new PriceSpec { Input = 5, Output = 10 })] },
        });
        return bed;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"id\":\"x\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}");
    }

    private static async Task<string> SendAsync(GatewayTestBed bed, HttpMethod method, string target, string? body = null)
    {
        using var request = new HttpRequestMessage(method, bed.Url(target)) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = bed.Keys.Current.Any ? new AuthenticationHeaderValue("Bearer", TestKey.Secret()) : null;
        request.Headers.TryAddWithoutValidation("api-key", request.Headers.Authorization?.Parameter);
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<(double Sent, double Answered, double NotSent)> MetricsAsync(GatewayTestBed bed, params (string, string)[] answered)
    {
        var seen = new Scrape(await Http.GetStringAsync(new Uri(bed.Addresses[^1], "/metrics"), Cancel));
        (string, string)[] arm = [("sky_service", "llm"), ("sky_version", "2")];
        return (
            seen.Value("sky_gateway_mirror_copies_total", arm),
            seen.Value("sky_gateway_mirror_answers_total", [.. arm, .. answered]),
            seen.Value("sky_gateway_mirror_dropped_total", arm));
    }

    private static ArmTotals Mirror(GatewayTestBed bed) =>
        bed.Controller.Arms.SelectMany(batch => batch.Arms).LastOrDefault(arm => arm.Version == 2)?.Totals ?? ArmTotals.None;
}
