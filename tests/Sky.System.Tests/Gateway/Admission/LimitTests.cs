using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

public sealed class LimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_of_a_key_are_limited_and_the_answer_says_when_the_next_may_come()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = await StartAsync(time, context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 2 } });

        using var first = await SendAsync(bed);
        using var second = await SendAsync(bed);
        using var third = await SendAsync(bed);

        Assert.Equal("2", Header(first, "x-ratelimit-limit-requests"));
        Assert.Equal("1", Header(first, "x-ratelimit-remaining-requests"));
        Assert.Equal("30s", Header(first, "x-ratelimit-reset-requests"));
        Assert.Equal("0", Header(second, "x-ratelimit-remaining-requests"));
        Assert.Equal("1m0s", Header(second, "x-ratelimit-reset-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal("30", Header(third, "Retry-After"));
        Assert.Equal("0", Header(third, "x-ratelimit-remaining-requests"));
        var error = JsonDocument.Parse(await third.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error");
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
        Assert.Equal("requests", error.GetProperty("type").GetString());

        time.Advance(TimeSpan.FromSeconds(30));
        using var fourth = await SendAsync(bed);
        Assert.Equal(HttpStatusCode.OK, fourth.StatusCode);
    }

    [Fact]
    public async Task Tokens_of_a_key_are_reserved_and_a_prompt_that_never_fits_is_not_to_be_tried_again()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = await StartAsync(time, context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { TokensPerMinute = 600 } });

        using var first = await SendAsync(bed, maxTokens: 500);
        using var second = await SendAsync(bed, maxTokens: 500);
        using var large = await SendAsync(bed, prompt: 4 * 700);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Contains("tokens per minute", await second.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.True(int.Parse(Header(second, "Retry-After")!, null) is > 30 and <= 60);
        Assert.Equal(HttpStatusCode.TooManyRequests, large.StatusCode);
        Assert.Equal("false", Header(large, "x-should-retry"));
        Assert.Null(Header(large, "Retry-After"));
    }

    [Fact]
    public async Task What_was_really_used_takes_the_place_of_what_was_reserved()
    {
        await using var bed = await StartAsync(TimeProvider.System, context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":"x","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}""");
        });
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { TokensPerMinute = 600 } });
        for (var i = 0; i < 10; i++)
        {
            using var served = await SendAsync(bed, maxTokens: 250);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            await served.Content.ReadAsStringAsync(Token);
            await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
        }
    }

    [Fact]
    public async Task A_budget_is_spent_by_the_prices_of_the_service_and_then_refuses()
    {
        await using var bed = await StartAsync(TimeProvider.System, context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":"x","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":0,"total_tokens":1000}}""");
        });
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { Budget = 2.5m, BudgetPeriod = BudgetPeriod.Day } });
        await bed.PublishAsync(bed.Endpoints() with { Prices = new PriceSpec { Input = 1000, Output = 0 } });
        var served = 0;
        while (true)
        {
            using var answer = await SendAsync(bed);
            await answer.Content.ReadAsStringAsync(Token);
            if (answer.StatusCode is not HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
                Assert.Contains("insufficient_quota", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
                Assert.Equal("false", Header(answer, "x-should-retry"));
                Assert.InRange(int.Parse(Header(answer, "Retry-After")!, null), 1, 86_400);
                break;
            }

            served++;
            await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
            Assert.InRange(served, 1, 3);
        }

        Assert.Equal(3, served);
    }

    [Fact]
    public async Task A_gateway_tells_what_it_wants_and_keeps_to_its_slice_also_without_a_controller()
    {
        await using var bed = await StartAsync(TimeProvider.System, context => Task.CompletedTask);
        var key = TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 100 } };
        bed.Controller.Grants = report => report.Limits is null
            ? null
            : new GatewayGrants([new LimitGrant { Key = key.Id, Slice = new LimitSlice { RequestsPerMinute = 4 } }]);
        await bed.PublishAsync(key);
        using var first = await SendAsync(bed);
        var report = await bed.Controller.ReportAsync(report => report.Limits?.Any(limit => limit.Requests > 0) == true, Token);
        Assert.Equal(key.Id, report.Limits!.Single().Key);
        await GatewayTestBed.UntilAsync(() => bed.Keys.Limited.Single().Allowance.Slice.RequestsPerMinute == 4);

        await bed.Controller.StopAsync();
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await SendAsync(bed);
            codes.Add(answer.StatusCode);
        }

        Assert.InRange(codes.Count(code => code is HttpStatusCode.OK), 1, 4);
        Assert.Equal(HttpStatusCode.TooManyRequests, codes[^1]);

        // Also one that starts anew keeps to what the one before it was granted.
        await bed.StopGatewayAsync();
        await bed.StartGatewayAsync();
        Assert.Equal(4, bed.Keys.Limited.Single().Allowance.Slice.RequestsPerMinute);
    }

    [Theory]
    [InlineData("/services/llm/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "llm.localhost")]
    public async Task No_way_to_a_service_goes_round_the_limit_of_tokens(string path, string? host = null)
    {
        await using var bed = await StartAsync(TimeProvider.System, context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { TokensPerMinute = 600 } });
        using var first = await SendAsync(bed, maxTokens: 550, path: path, host: host);
        using var second = await SendAsync(bed, maxTokens: 550, path: path, host: host);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
    }

    [Fact]
    public async Task Requests_at_one_time_are_limited_and_leave_room_when_they_end()
    {
        var go = new TaskCompletionSource();
        var begun = new SemaphoreSlim(0);
        await using var bed = await StartAsync(TimeProvider.System, async context =>
        {
            begun.Release();
            await go.Task.WaitAsync(context.RequestAborted);
        });
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { Concurrency = 1 } });

        var first = SendAsync(bed);
        await begun.WaitAsync(Token);
        using var second = await SendAsync(bed);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Contains("requests at one time", await second.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        go.SetResult();
        using var done = await first;
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);

        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
        using var third = await SendAsync(bed);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task What_got_no_replica_is_given_back()
    {
        await using var bed = await StartAsync(TimeProvider.System, context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 1 } });
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [], CanWait = false });
        for (var i = 0; i < 3; i++)
        {
            using var refused = await SendAsync(bed);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await bed.PublishAsync(bed.Endpoints());
        using var served = await SendAsync(bed);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_service_has_limits_of_its_own_for_all_callers()
    {
        await using var bed = await StartAsync(TimeProvider.System, context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record());
        await bed.PublishAsync(TestKey.Record(2));
        await bed.PublishAsync(bed.Endpoints() with { Limits = new ServiceLimitsSpec { RequestsPerMinute = 2 } });

        using var first = await SendAsync(bed, key: 1);
        using var second = await SendAsync(bed, key: 2);
        using var third = await SendAsync(bed, key: 2);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Contains("of this service", await third.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_concurrency_of_a_service_requests_wait_and_batch_gives_way()
    {
        var order = new List<string>();
        var go = new SemaphoreSlim(0);
        var begun = new SemaphoreSlim(0);
        await using var bed = await StartAsync(TimeProvider.System, async context =>
        {
            lock (order)
            {
                order.Add(context.Request.Query["n"].ToString());
            }

            begun.Release();
            await go.WaitAsync(context.RequestAborted);
        });
        await bed.PublishAsync(TestKey.Record(1) with { Priority = KeyPriority.Batch });
        await bed.PublishAsync(TestKey.Record(2) with { Priority = KeyPriority.Interactive });
        await bed.PublishAsync(bed.Endpoints() with { Limits = new ServiceLimitsSpec { ReplicaConcurrency = 1 }, Hold = new HoldSpec { MaxRequests = 2 } });

        var running = SendAsync(bed, key: 1, query: "?n=first");
        await begun.WaitAsync(Token);
        var batch = SendAsync(bed, key: 1, query: "?n=batch");
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);
        var more = SendAsync(bed, key: 1, query: "?n=more");
        await GatewayTestBed.UntilAsync(() => bed.Held == 2);
        using var full = await SendAsync(bed, key: 1);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.Contains("queue_full", await full.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.NotNull(Header(full, "Retry-After"));

        var person = SendAsync(bed, key: 2, query: "?n=person");
        using var shed = await more;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.Contains("\"shed\"", await shed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        go.Release(3);
        foreach (var answer in new[] { running, batch, person })
        {
            using var served = await answer;
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }

        Assert.Equal(["first", "person", "batch"], order);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0 && bed.Held == 0);
    }

    [Fact]
    public async Task Keys_that_wait_get_the_same_tokens_not_the_same_number_of_requests()
    {
        var order = new List<string>();
        var go = new SemaphoreSlim(0);
        await using var bed = await StartAsync(TimeProvider.System, async context =>
        {
            lock (order)
            {
                order.Add(context.Request.Query["n"].ToString());
            }

            await go.WaitAsync(context.RequestAborted);
        });
        await bed.PublishAsync(TestKey.Record(1));
        await bed.PublishAsync(TestKey.Record(2));
        await bed.PublishAsync(bed.Endpoints() with { Limits = new ServiceLimitsSpec { ReplicaConcurrency = 1 } });

        var answers = new List<Task<HttpResponseMessage>> { SendAsync(bed, query: "?n=first") };
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 1);
        foreach (var (key, tokens, count) in new[] { (1, 1000, 3), (2, 100, 20) })
        {
            for (var request = 0; request < count; request++)
            {
                var held = bed.Held;
                answers.Add(SendAsync(bed, key, maxTokens: tokens, query: $"?n={tokens}"));
                await GatewayTestBed.UntilAsync(() => bed.Held == held + 1);
            }
        }

        go.Release(answers.Count);
        foreach (var answer in await Task.WhenAll(answers))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // Ten small ones have as many tokens as a large one: before the third of those, nearly all of the small ones come.
        var small = order.Take(order.LastIndexOf("1000")).Count(one => one == "100");
        Assert.InRange(small, 15, 20);
    }

    [Fact]
    public async Task A_client_that_leaves_the_queue_leaves_room_for_the_next()
    {
        var go = new SemaphoreSlim(0);
        var begun = new SemaphoreSlim(0);
        await using var bed = await StartAsync(TimeProvider.System, async context =>
        {
            begun.Release();
            await go.WaitAsync(context.RequestAborted);
        });
        await bed.PublishAsync(bed.Endpoints() with { Limits = new ServiceLimitsSpec { Concurrency = 1 } });
        using var leaving = new CancellationTokenSource();
        var first = SendAsync(bed, key: 0, cancellation: leaving.Token);
        await begun.WaitAsync(Token);
        var second = SendAsync(bed, key: 0);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await begun.WaitAsync(Token);

        // The replica may not have noticed yet that the first one is gone.
        go.Release(2);
        using var served = await second;
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task Replicas_with_a_key_of_their_own_get_it_and_passthrough_leaves_everything_to_them()
    {
        string? seen = null;
        await using var bed = await StartAsync(TimeProvider.System, context =>
        {
            seen = $"{context.Request.Headers.Authorization}|{context.Request.Headers["x-api-key"]}";
            return Task.CompletedTask;
        });
        await bed.PublishAsync(TestKey.Record());
        await bed.PublishAsync(bed.Endpoints() with { UpstreamAuth = new UpstreamAuthSpec("Authorization", new SecretValue("Bearer upstream")) });
        using var gateway = await SendAsync(bed);
        Assert.Equal("Bearer upstream|", seen);

        await bed.PublishAsync(bed.Endpoints() with { Auth = ServiceAuth.Passthrough });
        using var theirs = await SendAsync(bed, key: 0, authorization: "Bearer theirs");
        Assert.Equal(HttpStatusCode.OK, theirs.StatusCode);
        Assert.Equal("Bearer theirs|", seen);
        using var none = await SendAsync(bed, key: 0);
        Assert.Equal(HttpStatusCode.OK, none.StatusCode);

        // A key of the gateway reaches no replica, wherever it is sent.
        using var ours = await SendAsync(bed);
        Assert.Equal(HttpStatusCode.OK, ours.StatusCode);
        Assert.Equal("|", seen);
        using var wrong = await SendAsync(bed, key: 9);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    private static async Task<GatewayTestBed> StartAsync(TimeProvider time, RequestDelegate handler)
    {
        var bed = new GatewayTestBed { Time = time };
        await bed.StartAsync(handler);
        return bed;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static async Task<HttpResponseMessage> SendAsync(
        GatewayTestBed bed, int key = 1, int maxTokens = 10, int prompt = 4, string query = "", string? authorization = null, CancellationToken? cancellation = null,
        string path = "/v1/chat/completions", string? host = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{bed.Address.GetLeftPart(UriPartial.Authority)}{path}{query}");
        request.Headers.Host = host;
        var body = JsonSerializer.Serialize(new { model = "llm", max_tokens = maxTokens, messages = new[] { new { role = "user", content = new string('x', prompt) } } });
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (authorization is not null || key > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization ?? $"Bearer {TestKey.Secret(key)}");
        }

        return await client.SendAsync(request, cancellation ?? Token);
    }
}
