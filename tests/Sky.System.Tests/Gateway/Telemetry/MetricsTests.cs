using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Keys;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

public sealed class MetricsTests
{
    private static readonly (string, string) Operator = ("Authorization", $"Bearer {TestKey.Secret(9)}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_streamed_and_a_whole_answer_are_counted_with_their_tokens_and_times()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""");
        await bed.ChatAsync();
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total", ("outcome", "ok"), ("code", "2xx"), ("sky_service", "llm"), ("sky_version", "1")) == 2);

        (string, string)[] chat = [("gen_ai_operation_name", "chat"), ("gen_ai_provider_name", "skyswarm"), ("gen_ai_request_model", "llm"), ("sky_service", "llm"), ("sky_version", "1")];
        Assert.Equal(2, seen.Value("gen_ai_server_request_duration_seconds_count", chat));
        Assert.Equal(1, seen.Value("gen_ai_server_time_to_first_token_seconds_count", chat));
        Assert.Equal(1, seen.Value("gen_ai_server_time_per_output_token_seconds_count", chat));
        Assert.Equal(21, seen.Value("gen_ai_client_token_usage_sum", [.. chat, ("gen_ai_token_type", "input")]));
        Assert.Equal(22, seen.Value("gen_ai_client_token_usage_sum", [.. chat, ("gen_ai_token_type", "output")]));
        Assert.Equal(2, seen.Value("http_server_request_duration_seconds_count", ("http_request_method", "POST"), ("http_response_status_code", "200"), ("url_scheme", "http")));
        Assert.Equal((21, 22, 4), (Tokens("input"), Tokens("output"), Tokens("cached")));
        Assert.Equal(2, seen.Value("sky_gateway_routing_decisions_total", ("reason", "pick"), ("policy", "round_robin")));
        Assert.Equal((2, 2), (seen.Value("sky_gateway_ledger_reservations_total"), seen.Value("sky_gateway_ledger_settlements_total", ("kind", "exact"))));
        Assert.Equal((0, 0), (seen.Value("sky_gateway_requests_in_flight"), seen.Value("sky_gateway_requests_held")));
        Assert.Equal(1, seen.Value("sky_gateway_replicas", ("state", "usable")));
        Assert.Equal(1, seen.Value("sky_gateway_watch_connected"));

        double Tokens(string type) => seen.Value("sky_gateway_tokens_total", ("sky_service", "llm"), ("type", type));
    }

    [Fact]
    public async Task Times_are_those_of_the_clock_and_the_wait_is_part_of_them()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        Func<bool> answering = () => false;
        await using var bed = await TelemetryBed.StartAsync(time: time, handler: async context =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await GatewayTestBed.UntilAsync(() => answering());
            time.Advance(TimeSpan.FromSeconds(3));
            await context.Response.WriteAsync("data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n", Cancel);
        });
        answering = () => bed.Bed.Table.Current.All.Sum(s => s.Snapshot().Replicas.Sum(r => r.Load.Answering)) == 1;
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Replicas = [] });
        var asking = bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""");
        await GatewayTestBed.UntilAsync(() => bed.Bed.Held == 1);
        time.Advance(TimeSpan.FromSeconds(5));
        await bed.Bed.PublishAsync(bed.Bed.Endpoints());
        await asking;
        var seen = await bed.ScrapeAsync(s => s.Value("gen_ai_server_request_duration_seconds_count") == 1);

        Assert.Equal(5, seen.Value("sky_gateway_queue_wait_seconds_sum", ("sky_service", "llm")), 3);
        Assert.Equal(7, seen.Value("gen_ai_server_time_to_first_token_seconds_sum"), 3);
        Assert.Equal(10, seen.Value("gen_ai_server_request_duration_seconds_sum"), 3);
        Assert.Equal(1, seen.Value("gen_ai_server_time_per_output_token_seconds_sum"), 3);
        Assert.Equal(1, seen.Value("sky_gateway_routing_decisions_total", ("reason", "released")));
    }

    [Fact]
    public async Task What_ends_badly_is_told_apart()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.ChatAsync(headers: (TelemetryBed.Wanted, "500"));
        await bed.ChatAsync(headers: (TelemetryBed.Wanted, "777"));
        await bed.ChatAsync("""{"model":"nobody-has-it","messages":[]}""");
        await bed.GetAsync("/services/nothing/");
        await bed.Bed.PublishAsync(TestKey.Record(9) with { Operator = true });
        await bed.Bed.PublishAsync(TestKey.Record() with { Limits = new KeyLimits { RequestsPerMinute = 1 } });
        await bed.ChatAsync();
        await bed.ChatAsync(headers: ("x-api-key", TestKey.Secret()));
        await bed.ChatAsync(headers: ("x-api-key", TestKey.Secret()));
        await bed.ChatAsync(headers: [Operator, (TelemetryBed.Wanted, "0")]);
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total", ("outcome", "failed")) == 1, Operator);

        Assert.Equal(2, Requests("replica_error", "5xx", "500"));
        Assert.Equal(2, seen.Value("http_server_request_duration_seconds_count", ("http_response_status_code", "500"), ("error_type", "500"), ("sky_service", "llm")));
        Assert.Equal(1, Requests("refused", "4xx", "model_not_found"));
        Assert.Equal(1, Requests("refused", "4xx", "service_not_found"));
        Assert.Equal(1, Requests("refused", "4xx", "invalid_api_key"));
        Assert.Equal(1, seen.Value("sky_gateway_keys_refused_total", ("reason", "missing")));
        Assert.Equal(1, Requests("refused", "4xx", "rate_limit_exceeded"));
        Assert.Equal(1, seen.Value("sky_gateway_limits_reached_total", ("limit", "requests"), ("of", "key"), ("sky_service", "llm")));
        Assert.Equal(1, Requests("failed", "5xx", "replica_broke"));
        Assert.Equal(3, seen.Value("sky_gateway_ledger_settlements_total", ("kind", "failed")));
        Assert.Equal(1, seen.Value("gen_ai_client_token_usage_count", ("gen_ai_token_type", "input")));

        double Requests(string outcome, string code, string error) => seen.Value("sky_gateway_requests_total", ("outcome", outcome), ("code", code), ("error_type", error));
    }

    [Fact]
    public async Task The_process_tells_what_it_uses_under_the_usual_names()
    {
        await using var bed = await TelemetryBed.StartAsync();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        var seen = await bed.ScrapeAsync(s => s.Value("process_cpu_seconds_total") > 0);
        Assert.InRange(seen.Value("process_start_time_seconds"), before - 86_400, before);
        Assert.InRange(seen.Value("process_resident_memory_bytes"), 10 << 20, 64L << 30);
        Assert.Equal("counter", seen.Types["dotnet_gc_pause_time_seconds_total"]);
        if (OperatingSystem.IsLinux())
        {
            // Standard input, output and error, and the connection that asks.
            Assert.InRange(seen.Value("process_open_fds"), 4, seen.Value("process_max_fds"));
        }
    }

    [Fact]
    public async Task A_retry_and_a_fallback_are_decisions_with_their_reason()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.Bed.AddBackendAsync(TelemetryBed.AnswerAsync);
        await bed.Bed.PublishAsync(bed.Bed.Endpoints());
        await bed.Bed.Backends[0].StopAsync();
        await bed.ChatAsync();
        await bed.ChatAsync();
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total", ("outcome", "ok"), ("sky_service", "llm")) == 2);
        Assert.Equal(1, seen.Value("sky_gateway_retries_total", ("reason", "connect_failed")));
        Assert.Equal(1, seen.Value("sky_gateway_routing_decisions_total", ("reason", "retry")));
        Assert.Equal(1, seen.Value("sky_gateway_ejections_total", ("reason", "connect_failed"), ("sky_service", "llm")));

        bed.Bed.Controller.Set(bed.Bed.Endpoints() with { Service = new("other") });
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Replicas = [], CanWait = false, Fallback = [new FallbackSpec("*", ["other"])] });
        await GatewayTestBed.UntilAsync(() => bed.Bed.Table.Current.Find("other") is not null);
        Assert.Equal(HttpStatusCode.OK, (await bed.ChatAsync()).Status);
        await bed.ScrapeAsync(s => s.Value("sky_gateway_routing_decisions_total", ("reason", "fallback"), ("sky_service", "other")) == 1);
    }

    [Fact]
    public async Task A_client_decides_about_no_value_of_a_label()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Prices = new PriceSpec { Input = 1, Output = 1 } });
        await bed.ChatAsync("""{"model":"made-up-by-a-client","messages":[]}""", "/services/llm/v1/chat/completions");
        await bed.ChatAsync("""{"model":"made-up-by-a-client","messages":[]}""");
        await bed.GetAsync("/services/made-up-by-a-client/");
        await bed.GetAsync("/made-up-by-a-client?made-up-by-a-client", ("X-Made", "made-up-by-a-client"));
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total", ("outcome", "refused")) == 3);
        Assert.Equal(1, seen.Value("gen_ai_server_request_duration_seconds_count", ("gen_ai_request_model", "other")));
        Assert.DoesNotContain("made-up", seen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"llm-2026-01-01","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", "application/json", "llm-2026-01-01")]
    [InlineData("data: {\"model\":\"llm-2026-01-01\",\"choices\":[]}\n\ndata: {\"model\":\"another\",\"choices\":[]}\n\ndata: [DONE]\n\n", "text/event-stream", "llm-2026-01-01")]
    [InlineData("""{"model":"made-up-by-a-client","choices":[]}""", "application/json", "other")]
    [InlineData("""{"choices":[{"model":"deep"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", "application/json", null)]
    public async Task The_model_of_the_answer_is_a_label_unless_it_is_only_the_clients_word(string answer, string type, string? label)
    {
        await using var bed = await TelemetryBed.StartAsync(handler: async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(answer, Cancel);
        });
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Prices = new PriceSpec { Input = 1, Output = 1 } });
        await bed.ChatAsync($$"""{"model":"made-up-by-a-client","stream":{{(type == "application/json" ? "false" : "true")}},"messages":[]}""", "/services/llm/v1/chat/completions");
        var seen = await bed.ScrapeAsync(s => s.Value("gen_ai_server_request_duration_seconds_count") == 1);
        Assert.Equal(label is null ? [] : ["gen_ai_response_model"], seen.LabelsOf("gen_ai_server_request_duration_seconds").Intersect(["gen_ai_response_model"]));
        Assert.Equal(1, seen.Value("gen_ai_client_token_usage_count", [("gen_ai_token_type", "input"), .. label is null ? [] : new[] { ("gen_ai_response_model", label) }]));
        Assert.DoesNotContain("made-up", seen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_while_there_is_no_key_and_then_for_operators()
    {
        await using var bed = await TelemetryBed.StartAsync(o => o with { AllowAnonymous = true });
        Assert.Equal(HttpStatusCode.OK, (await bed.GetAsync("/metrics")).Status);
        await bed.Bed.PublishAsync(TestKey.Record());
        await bed.Bed.PublishAsync(TestKey.Record(9) with { Operator = true });
        Assert.Equal(HttpStatusCode.Forbidden, (await bed.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bed.GetAsync("/metrics", ("x-api-key", TestKey.Secret()))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bed.GetAsync("/metrics", ("x-api-key", TestKey.Secret(3)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await bed.GetAsync("/metrics?x=1", Operator)).Status);
    }

    [Fact]
    public async Task The_path_of_a_service_is_the_replicas()
    {
        await using var bed = await TelemetryBed.StartAsync();
        Assert.Equal("# of the replica", (await bed.GetAsync("/services/llm/metrics")).Text);
        Assert.Equal("# of the replica", (await bed.GetAsync("/metrics", ("Host", "llm.localhost"))).Text);
    }

    [Fact]
    public async Task An_address_for_metrics_serves_nothing_else()
    {
        await using var bed = await TelemetryBed.StartAsync(o => o with { MetricsListen = new Uri("http://127.0.0.1:0") });
        await bed.Bed.PublishAsync(TestKey.Record());
        var address = bed.Bed.Addresses[^1];
        using var http = new HttpClient();
        Assert.Contains("sky_gateway_watch_connected 1", await http.GetStringAsync(new Uri(address, "/metrics"), Cancel), StringComparison.Ordinal);
        foreach (var path in new[] { "/", "/services/llm/", "/v1/models", "/-/health", "/services/llm/metrics" })
        {
            using var other = await http.GetAsync(new Uri(address, path), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }

        Assert.Equal(0, bed.Bed.Backends[0].Requests);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bed.GetAsync("/metrics")).Status);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""");
        await bed.ChatAsync(headers: (TelemetryBed.Wanted, "500"));
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total") == 2);
        var (code, output) = await Promtool.RunAsync(seen.Text, "check", "metrics");
        Assert.True(code == 0 && output.Length == 0, output);
    }
}
