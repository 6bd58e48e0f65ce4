using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Specs;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Experiments;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Versions;

/// <summary>What a gateway counts of versions that share requests, and feedback on their answers.</summary>
public sealed class ArmCountingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_errors_latency_tokens_and_cost_are_counted_for_the_version_that_answered()
    {
        await using var bed = await StartAsync(AnswerAsync, context => FailAsync(context, 500));
        for (var i = 0; i < 60; i++)
        {
            (await AskAsync(bed, $"user-{i}")).Dispose();
        }

        var (one, two) = await TotalsAsync(bed, 60);
        Assert.Equal((0, one.Requests, one.Requests), (one.Errors, one.Latency.Total(), one.FirstToken.Total()));
        Assert.Equal(two.Requests, two.Errors);
        Assert.Equal((0, 0, 0), (two.Latency.Total(), two.FirstToken.Total(), two.CompletionTokens.Count));
        Assert.Equal(new Moments(one.Requests, 3 * one.Requests, 9 * one.Requests), one.CompletionTokens);
        Assert.Equal((new Moments(one.Requests, 7 * one.Requests, 49 * one.Requests), "USD"), (one.PromptTokens, one.Currency));
        Assert.Equal(one.Requests * ((7 * 1.0) + (3 * 2.0)) / 1_000_000, one.Cost.Sum, 12);
        Assert.True(one.Requests > 0 && two.Requests > 0);
    }

    [Fact]
    public async Task The_cost_of_a_version_is_by_its_own_prices_and_callers_pay_those_in_force()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync);
        var own = new VersionPrices(2, new PriceSpec { Input = 10, Output = 0, Currency = "EUR" });
        await bed.PublishAsync(Endpoints(bed) with { Traffic = Endpoints(bed).Traffic! with { Prices = [new(1, null), own] } });
        for (var i = 0; i < 60; i++)
        {
            (await AskAsync(bed, $"user-{i}")).Dispose();
        }

        var (one, two) = await TotalsAsync(bed, 60);
        Assert.Equal((0, null), (one.Cost.Count, one.Currency));
        Assert.Equal((two.Requests, "EUR"), (two.Cost.Count, two.Currency));
        Assert.Equal(two.Requests * 7 * 10.0 / 1_000_000, two.Cost.Sum, 12);
        await GatewayTestBed.UntilAsync(() => bed.Controller.Settlements.Count == 60);
        Assert.All(bed.Controller.Settlements.Values, s => Assert.Equal(((7 * 1m) + (3 * 2m)) / 1_000_000, s.Cost));
    }

    [Fact]
    public async Task A_version_that_cannot_be_reached_has_failed_though_another_answered()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync);
        await bed.Backends[1].StopAsync();
        for (var i = 0; i < 10; i++)
        {
            using var response = await AskAsync(bed, $"user-{i}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var (one, two) = await TotalsAsync(bed, 11);
        Assert.Equal((10, 0, 1, 1), (one.Requests, one.Errors, two.Requests, two.Errors));
    }

    [Fact]
    public async Task Client_errors_are_no_failure_of_a_version_and_are_not_measured()
    {
        await using var bed = await StartAsync(context => FailAsync(context, 404), context => FailAsync(context, 400));
        for (var i = 0; i < 20; i++)
        {
            (await AskAsync(bed, $"user-{i}")).Dispose();
        }

        var (one, two) = await TotalsAsync(bed, 20);
        Assert.Equal((0, 0, 0), (one.Errors + two.Errors, one.Latency.Total(), two.Latency.Total()));
    }

    [Fact]
    public async Task Each_division_is_counted_apart_and_nothing_is_counted_without_one()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync);
        await bed.PublishAsync(Endpoints(bed) with { Traffic = Endpoints(bed).Traffic! with { Generation = ServiceTraffic.NotCounted } });
        using var early = await AskAsync(bed, "a", requestId: "early");
        Assert.Equal(HttpStatusCode.NotFound, (await FeedbackAsync(bed, "{\"request_id\":\"early\",\"score\":1}")).StatusCode);
        await bed.PublishAsync(Endpoints(bed));
        (await AskAsync(bed, "a")).Dispose();
        await GatewayTestBed.UntilAsync(() => Sum(bed, 1) == 1);
        await bed.PublishAsync(Endpoints(bed) with { Traffic = null });
        (await AskAsync(bed, "a")).Dispose();
        await bed.PublishAsync(Endpoints(bed) with { Traffic = Endpoints(bed).Traffic! with { Generation = 2 } });
        (await AskAsync(bed, "a")).Dispose();
        (await AskAsync(bed, "a")).Dispose();
        await GatewayTestBed.UntilAsync(() => Sum(bed, 2) == 2);
        Assert.Equal((0, 1), (Sum(bed, ServiceTraffic.NotCounted), Sum(bed, 1)));
    }

    [Fact]
    public async Task Feedback_goes_to_the_version_that_answered_by_the_id_of_response_or_request()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync);
        using var first = await AskAsync(bed, "a", requestId: "my-request");
        var version = int.Parse(await VersionAsync(first));
        Assert.Equal(HttpStatusCode.OK, (await FeedbackAsync(bed, $"{{\"response_id\":\"chatcmpl-{version}\",\"score\":1}}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FeedbackAsync(bed, "{\"request_id\":\"my-request\",\"score\":0.25}")).StatusCode);
        Assert.Equal(
            [(1, version, $"chatcmpl-{version}", 1), (1, version, "my-request", 0.25)],
            bed.Controller.Feedback.Select(one => (one.Generation, one.Version, one.Id, one.Score)));
    }

    [Fact]
    public async Task Answers_are_told_with_who_asked_and_feedback_on_anothers_goes_to_the_controller_to_find_its_arm()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync, anonymous: false);
        await bed.PublishAsync(TestKey.Record(1));
        using var answer = await AskAsync(bed, "a", requestId: "mine", key: TestKey.Secret(1));
        var version = int.Parse(await VersionAsync(answer));
        await GatewayTestBed.UntilAsync(() => Told(bed).Count == 2, "both ids told");
        Assert.Equal(
            [($"chatcmpl-{version}", version, "key-0001"), ("mine", version, "key-0001")],
            Told(bed).Select(one => (one.Id, one.Version, one.Key?.Value)).OrderBy(one => one.Id, StringComparer.Ordinal));

        bed.Controller.KnowsAnswers = true;
        Assert.Equal(HttpStatusCode.OK, (await FeedbackAsync(bed, "{\"request_id\":\"anothers\",\"score\":0.5}", TestKey.Secret(1))).StatusCode);
        Assert.Equal(new OpenFeedback { Id = "anothers", Score = 0.5, Key = TestKey.Record(1).Id }, Assert.Single(bed.Controller.OpenFeedback));
        Assert.Empty(bed.Controller.Feedback);
        await bed.Controller.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await FeedbackAsync(bed, "{\"request_id\":\"anothers\",\"score\":0.5}", TestKey.Secret(1))).StatusCode);
        await bed.Controller.StartAsync();
    }

    private static List<AnswerReport> Told(GatewayTestBed bed) => [.. bed.Controller.Arms.SelectMany(batch => batch.Answers ?? [])];

    [Theory]
    [InlineData("{\"response_id\":\"nobody-knows\",\"score\":1}", 404)]
    [InlineData("{\"response_id\":\"x\",\"score\":1.5}", 400)]
    [InlineData("{\"response_id\":\"x\",\"score\":\"good\"}", 400)]
    [InlineData("{\"score\":1}", 400)]
    [InlineData("[]", 400)]
    [InlineData("not json", 400)]
    public async Task Feedback_that_cannot_be_is_refused(string body, int status)
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync);
        using var response = await FeedbackAsync(bed, body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(bed.Controller.Feedback);
    }

    [Fact]
    public async Task Feedback_needs_a_key_like_any_request_and_is_for_ones_own_answers()
    {
        await using var bed = await StartAsync(AnswerAsync, AnswerAsync, anonymous: false);
        await bed.PublishAsync(TestKey.Record(1));
        await bed.PublishAsync(TestKey.Record(2));
        (await AskAsync(bed, "a", requestId: "mine", key: TestKey.Secret(1))).Dispose();
        const string body = "{\"request_id\":\"mine\",\"score\":1}";
        Assert.Equal(HttpStatusCode.Unauthorized, (await FeedbackAsync(bed, body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await FeedbackAsync(bed, body, TestKey.Secret(2))).StatusCode);
        Assert.Empty(bed.Controller.Feedback);
        Assert.Equal(HttpStatusCode.OK, (await FeedbackAsync(bed, body, TestKey.Secret(1))).StatusCode);
        Assert.Single(bed.Controller.Feedback);

        await bed.Controller.StopAsync();
        using var lost = await FeedbackAsync(bed, body, TestKey.Secret(1));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (lost.StatusCode, lost.Headers.RetryAfter is not null));
        await bed.Controller.StartAsync();
    }

    private static async Task<GatewayTestBed> StartAsync(RequestDelegate one, RequestDelegate two, bool anonymous = true)
    {
        var bed = new GatewayTestBed { Options = options => options with { AllowAnonymous = anonymous } };
        await bed.StartAsync(Versioned(1, one), Versioned(2, two));
        await bed.PublishAsync(Endpoints(bed));
        return bed;
    }

    private static RequestDelegate Versioned(int version, RequestDelegate handler) => context =>
    {
        context.Items["version"] = version;
        return handler(context);
    };

    private static ServiceEndpoints Endpoints(GatewayTestBed bed) => bed.Endpoints() with
    {
        Replicas = [.. bed.Backends.Select(backend => backend.Endpoint with { Version = backend.Id })],
        Prices = new PriceSpec { Input = 1, Output = 2, Currency = "USD" },
        Outliers = new OutlierSpec { ConsecutiveFailures = 0, SuccessRateDeviations = 0 },
        Traffic = new ServiceTraffic { Generation = 1, Arms = [new VersionWeight(1, 50), new VersionWeight(2, 50)], Sticky = new StickyRule(StickyKind.Header, "X-User") },
    };

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($"{{\"id\":\"chatcmpl-{context.Items["version"]}\",\"usage\":{{\"prompt_tokens\":7,\"completion_tokens\":3}}}}");
    }

    private static async Task FailAsync(HttpContext context, int status)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.StatusCode = status;
    }

    private static async Task<string> VersionAsync(HttpResponseMessage response) => (await response.Content.ReadAsStringAsync(Cancel)).Split("chatcmpl-")[1].Split('"')[0];

    private static async Task<HttpResponseMessage> AskAsync(GatewayTestBed bed, string user, string? requestId = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, bed.Url("/v1/chat/completions"))
        {
            Content = new StringContent("{\"model\":\"llm\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-User", user);
        if (requestId is not null)
        {
            request.Headers.Add("X-Request-Id", requestId);
        }

        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Http.SendAsync(request, Cancel);
    }

    private static async Task<HttpResponseMessage> FeedbackAsync(GatewayTestBed bed, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address, "/v1/feedback")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>The last word on both versions, once it is of so many requests.</summary>
    private static async Task<(ArmTotals One, ArmTotals Two)> TotalsAsync(GatewayTestBed bed, long requests)
    {
        await GatewayTestBed.UntilAsync(() => Sum(bed, 1) == requests, $"{requests} requests are told");
        return (Last(bed, 1, 1), Last(bed, 1, 2));
    }

    private static long Sum(GatewayTestBed bed, int generation) => Last(bed, generation, 1).Requests + Last(bed, generation, 2).Requests;

    private static ArmTotals Last(GatewayTestBed bed, int generation, int version) => bed.Controller.Arms
        .SelectMany(batch => batch.Arms).LastOrDefault(arm => arm.Generation == generation && arm.Version == version)?.Totals ?? ArmTotals.None;
}
