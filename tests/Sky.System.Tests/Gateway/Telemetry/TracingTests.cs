using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.Tracing;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

public sealed class TracingTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = $"00-{Trace}-b7ad6b7169203331-01";

    [Fact]
    public async Task Without_an_endpoint_the_clients_trace_passes_untouched()
    {
        var seen = new List<string?>();
        await using var bed = await TelemetryBed.StartAsync(handler: Keep(seen));
        await bed.GetAsync("/services/llm/", ("traceparent", Parent), ("tracestate", "a=b"), ("baggage", "c=d"));
        await bed.GetAsync("/services/llm/", ("traceparent", "not one"));
        await bed.GetAsync("/services/llm/");
        Assert.Equal([$"{Parent} a=b c=d", "not one  ", "  "], seen);
    }

    [Fact]
    public async Task With_one_the_replica_gets_a_span_of_ours_in_the_clients_trace()
    {
        await using var collector = await Collector.StartAsync();
        var seen = new List<string?>();
        await using var bed = await TelemetryBed.StartAsync(o => o with { OpenTelemetry = collector.Variables }, handler: Keep(seen));
        await bed.ChatAsync(headers: [("traceparent", Parent), ("tracestate", "a=b")]);

        var told = Assert.Single(seen)!.Split(' ');
        Assert.StartsWith($"00-{Trace}-", told[0], StringComparison.Ordinal);
        Assert.NotEqual(Parent, told[0]);
        Assert.EndsWith("-01", told[0], StringComparison.Ordinal);
        Assert.Equal("a=b", told[1]);
        string[] ids = [told[0][36..52], "b7ad6b7169203331", Trace];
        await GatewayTestBed.UntilAsync(() => ids.All(id => collector.Text("/v1/traces").Contains(Collector.Bytes(id), StringComparison.Ordinal)), "both spans");
        var spans = collector.Text("/v1/traces");
        foreach (var text in new[]
        {
            "chat llm", "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model", "llm-2026-01-01", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens",
            "http.request.method", "http.response.status_code", "url.path", "/v1/chat/completions", "server.address", "127.0.0.1", "server.port", "sky.service", "sky.replica", "sky-gateway", "of-the-test",
        })
        {
            Assert.Contains(text, spans, StringComparison.Ordinal);
        }

        Assert.All(collector.Headers, header => Assert.Equal("secret-of-the-collector", header));
    }

    [Fact]
    public async Task A_client_that_is_not_traced_gets_a_trace_and_each_attempt_its_span()
    {
        await using var collector = await Collector.StartAsync();
        var seen = new List<string?>();
        await using var bed = await TelemetryBed.StartAsync(o => o with { OpenTelemetry = collector.Variables }, handler: Keep(seen));
        await bed.Bed.AddBackendAsync(Keep(seen));
        await bed.Bed.PublishAsync(bed.Bed.Endpoints());
        await bed.Bed.Backends[0].StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await bed.GetAsync("/services/llm/a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bed.GetAsync("/services/llm/b", ("traceparent", "not one"))).Status);
        Assert.All(seen, told => Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01", told));
        string[] texts = ["connect_failed", "http.request.resend_count"];
        await GatewayTestBed.UntilAsync(() => texts.All(text => collector.Text("/v1/traces").Contains(text, StringComparison.Ordinal)), "the failed attempt and the one after it");
    }

    [Fact]
    public async Task Metrics_are_sent_under_the_names_of_the_conventions()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await TelemetryBed.StartAsync(o => o with { OpenTelemetry = collector.Variables });
        await bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""");
        string[] names = ["gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "gen_ai.server.time_per_output_token", "gen_ai.client.token.usage", "http.server.request.duration", "sky.gateway.requests", "gen_ai.operation.name", "sky-gateway"];
        await GatewayTestBed.UntilAsync(() => names.All(name => collector.Text("/v1/metrics").Contains(name, StringComparison.Ordinal)), "the metrics");
    }

    [Fact]
    public async Task Without_a_protocol_both_are_sent_by_grpc()
    {
        const string traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export", metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
        await using var collector = await GrpcCollector.StartAsync();
        await using var bed = await TelemetryBed.StartAsync(o => o with { OpenTelemetry = collector.Variables });
        await bed.ChatAsync(headers: ("traceparent", Parent));
        await GatewayTestBed.UntilAsync(() => collector.Text(traces).Contains(Collector.Bytes(Trace), StringComparison.Ordinal), "the span");
        await GatewayTestBed.UntilAsync(() => collector.Text(metrics).Contains("gen_ai.server.request.duration", StringComparison.Ordinal), "the metrics");
        Assert.All(collector.Calls, call => Assert.Equal(("HTTP/2", "application/grpc", "trailers", "secret-of-the-collector", true), (call.Protocol, call.ContentType, call.Te, call.Header, call.Framed)));
        Assert.Equal([metrics, traces], collector.Calls.Select(call => call.Path).Distinct().Order());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true, "OTEL_EXPORTER_OTLP_ENDPOINT=http://a")]
    [InlineData(false, true, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://a")]
    [InlineData(true, false, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://a")]
    [InlineData(true, false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "OTEL_TRACES_EXPORTER=none")]
    [InlineData(false, false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "OTEL_SDK_DISABLED=true")]
    [InlineData(false, false, "OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData(false, false, "OTEL_SERVICE_NAME=a")]
    public void The_variables_switch_it_on(bool metrics, bool traces, params string[] variables)
    {
        var settings = new OtlpSettings(variables.Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]), "run");
        Assert.Equal((metrics, traces), (settings.SendsMetrics, settings.SendsTraces));
        using var tracing = new RequestTracing(settings);
        Assert.Equal(traces, tracing.Begin(new DefaultHttpContext().Request) is not null);
    }

    private static RequestDelegate Keep(List<string?> seen) => context =>
    {
        var headers = context.Request.Headers;
        lock (seen)
        {
            seen.Add($"{headers.TraceParent} {headers.TraceState} {headers.Baggage}");
        }

        return TelemetryBed.AnswerAsync(context);
    };
}
