using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.SystemTests.Cli;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>Why a request went where it went, for those who may know.</summary>
public sealed class DecisionTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_explains_itself_to_an_operator_and_the_replica_never_sees_the_question()
    {
        await using var bed = await StartAsync("auto", keys: true);
        using var response = await AskAsync(bed, TestKey.Secret(2));
        Assert.Equal("seen: ", await response.Content.ReadAsStringAsync(Cancel));
        var picked = Header(response, "X-Sky-Replica");
        Assert.True(picked is "1" or "2", picked);
        Assert.Equal(("llm", "auto", "1"), (Header(response, "X-Sky-Service"), Header(response, "X-Sky-Policy"), Header(response, "X-Sky-Attempt")));
        var candidates = Header(response, "X-Sky-Candidates").Split("; ");
        Assert.Equal(2, candidates.Length);
        Assert.StartsWith($"{picked} total=", candidates[0], StringComparison.Ordinal);
        Assert.All(["queue=", "prefill=", "network=", "delay=", "balance=", "price=", "cached=", "in_flight="], term => Assert.Contains(term, candidates[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Others_get_their_answer_and_no_explanation()
    {
        await using var bed = await StartAsync("auto", keys: true);
        using var response = await AskAsync(bed, TestKey.Secret(1));
        Assert.Equal("seen: ", await response.Content.ReadAsStringAsync(Cancel));
        Assert.StartsWith("refused", Header(response, "X-Sky-Debug"), StringComparison.Ordinal);
        Assert.Equal(["X-Sky-Debug"], response.Headers.Select(h => h.Key).Where(h => h.StartsWith("X-Sky", StringComparison.OrdinalIgnoreCase)));
        foreach (var (secret, status) in new[] { (TestKey.Secret(1), HttpStatusCode.Forbidden), (TestKey.Secret(9), HttpStatusCode.Unauthorized), (TestKey.Secret(2), HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bed.Address, "/-/decisions"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            using var decisions = await Http.SendAsync(request, Cancel);
            Assert.Equal(status, decisions.StatusCode);
        }
    }

    [Fact]
    public async Task A_second_attempt_is_explained_as_one()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("ok"));
        var endpoints = bed.Endpoints();
        await bed.PublishAsync(endpoints with
        {
            LoadBalancingPolicy = "least_load",
            Replicas = [endpoints.Replicas[0] with { Id = new(7), Address = new Uri("http://127.0.0.1:1") }, endpoints.Replicas[0]],
        });
        for (var i = 0; i < 500; i++)
        {
            using var response = await AskAsync(bed, null);
            if (Header(response, "X-Sky-Attempt") != "1")
            {
                Assert.Equal(("1", "2"), (Header(response, "X-Sky-Replica"), Header(response, "X-Sky-Attempt")));
                Assert.Contains("in_flight=", Header(response, "X-Sky-Candidates"), StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail("the replica that is not there was never picked");
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("least_load")]
    public async Task Explain_shows_recorded_decisions_as_a_table_and_as_json(string policy)
    {
        await using var bed = await StartAsync(policy, keys: false);
        using var response = await AskAsync(bed, null);
        var id = Header(response, "x-request-id");
        string[] where = ["--gateway-listen", bed.Address.GetLeftPart(UriPartial.Authority), "--request", id];
        var table = await CliRun.OfAsync(null, ["gateway", "explain", .. where]);
        Assert.Equal((0, ""), (table.Code, table.Err));
        Assert.Contains($"{policy}: replica {Header(response, "X-Sky-Replica")}, one of 2", table.Out, StringComparison.Ordinal);
        Assert.Contains($"{Header(response, "X-Sky-Replica")} *", table.Out, StringComparison.Ordinal);
        var json = await CliRun.OfAsync(null, ["gateway", "explain", "-o", "json", "--weights", "network=2", .. where]);
        using var document = JsonDocument.Parse(json.Out);
        var decision = document.RootElement.EnumerateArray().Single();
        Assert.Equal(id, decision.GetProperty("request").GetString());
        Assert.Equal(2, decision.GetProperty("candidates").GetArrayLength());
        Assert.Equal(policy == "auto", decision.GetProperty("replayed").ValueKind is JsonValueKind.Number);
        Assert.Equal(policy == "auto", decision.GetProperty("candidates")[0].TryGetProperty("total", out _));
    }

    [Theory]
    [InlineData(3, "none of", "--request", "nobody")]
    [InlineData(0, "No decisions of service 'nobody'", "--service", "nobody")]
    [InlineData(0, "No decisions are kept yet", "--limit", "1")]
    [InlineData(2, "not a term and its weight", "--weights", "speed=2")]
    [InlineData(2, "not a term and its weight", "--weights", "network=-1")]
    [InlineData(2, "names none", "--weights", ",")]
    [InlineData(2, "--limit", "--limit", "0")]
    public async Task Wrong_wishes_are_told(int code, string said, params string[] wish)
    {
        await using var bed = await StartAsync("auto", keys: false);
        var run = await CliRun.OfAsync(null, ["gateway", "explain", "--gateway-listen", bed.Address.GetLeftPart(UriPartial.Authority), .. wish]);
        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(said == "none of" ? "No decision of request" : said, run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_says_which_key_it_takes_and_where_no_gateway_is()
    {
        await using var bed = await StartAsync("auto", keys: true);
        string[] args = ["gateway", "explain", "--gateway-listen", bed.Address.GetLeftPart(UriPartial.Authority)];
        var refused = await CliRun.WithAsync(null, null, new() { ["SKY_API_KEY"] = TestKey.Secret(1) }, args);
        Assert.Equal(1, refused.Code);
        Assert.Contains("sky keys create --operator", refused.Err, StringComparison.Ordinal);
        Assert.Equal(0, (await CliRun.WithAsync(null, null, new() { ["SKY_API_KEY"] = TestKey.Secret(2) }, args)).Code);
        var nobody = await CliRun.OfAsync(null, "gateway", "explain", "--gateway-listen", "http://127.0.0.1:1");
        Assert.Equal(1, nobody.Code);
        Assert.Contains("cannot be reached", nobody.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_picked_is_what_the_same_weights_pick_again_and_other_weights_may_pick_another()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync([.. Enumerable.Repeat<RequestDelegate>(c => c.Response.WriteAsync("ok"), 4)]);
        var endpoints = bed.Endpoints();
        await bed.PublishAsync(endpoints with
        {
            LoadBalancingPolicy = "auto",
            Replicas = [.. endpoints.Replicas.Select((replica, index) => replica with { HourlyPrice = 4 - index })],
        });
        var random = new Random(3);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var response = await AskAsync(bed, null, new string('x', random.Next(10, 20_000)));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));
        var all = JsonSerializer.Deserialize(
            await Http.GetByteArrayAsync(new Uri(bed.Address, "/-/decisions"), Cancel), DecisionJson.Default.IReadOnlyListDecision)!;
        Assert.Equal(40, all.Count);

        // Between the choice and its being written down, requests that ran at the same time came and went.
        Assert.True(all.Count(d => d.Replay(d.Weights!) == d.Picked) >= 20, "the same weights picked others");
        Assert.All(all, d => Assert.Equal(4, d.Replay(new AutoWeights { Price = 1e9 })));
        Assert.Contains(all, d => d.Picked != 4);
    }

    [Fact]
    public void A_few_of_many_are_kept_and_old_ones_make_room()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var log = new DecisionLog(time);
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => log.TrySample()));
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(log.TrySample());
        for (var i = 0; i < DecisionLog.Kept + 5; i++)
        {
            log.Add(new Decision
            {
                At = time.GetUtcNow(), Request = i.ToString(CultureInfo.InvariantCulture), Attempt = 1, Service = "s", Policy = "auto", Picked = 1, PromptTokens = 0, Usable = 0, Candidates = [],
            });
        }

        Assert.Equal(DecisionLog.Kept, log.All.Count);
        Assert.Equal("1004", log.All[0].Request);
        Assert.Null(log.All[0].Replay(new AutoWeights()));
    }

    private static async Task<GatewayTestBed> StartAsync(string policy, bool keys)
    {
        var bed = new GatewayTestBed();
        RequestDelegate echo = c => c.Response.WriteAsync("seen: " + c.Request.Headers["X-Sky-Debug"]);
        await bed.StartAsync(echo, echo);
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = policy });
        if (keys)
        {
            await bed.PublishAsync(TestKey.Record(1));
            await bed.PublishAsync(TestKey.Record(2) with { Operator = true });
        }

        return bed;
    }

    private static async Task<HttpResponseMessage> AskAsync(GatewayTestBed bed, string? key, string prompt = "hello")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address, "/services/llm/v1/completions"))
        {
            Content = new StringContent($$"""{"model":"llm","prompt":"{{prompt}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Sky-Debug", "1");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Http.SendAsync(request, Cancel);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : "";
}
