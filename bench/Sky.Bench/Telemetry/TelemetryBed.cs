using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Metering.Journal;
using Sky.Gateway.Reporting;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.AccessLog;
using Sky.Gateway.Telemetry.Metrics;
using Sky.Gateway.Telemetry.Tracing;

namespace Sky.Bench.Telemetry;

/// <summary>The parts of a gateway that are told of requests, and what is told of one.</summary>
internal sealed class TelemetryBed : IDisposable
{
    private readonly GatewayInstruments _instruments = new();
    private readonly MetricsEndpoint? _served;
    private readonly RequestTracing _tracing;
    private readonly AccessLogWriter _log;

    public TelemetryBed(bool served, bool log, bool traces)
    {
        var time = TimeProvider.System;
        var table = new EndpointTable(new ForwardingLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(600)), new ReportSignal(), new RoundTrips(), time);
        table.Apply(Endpoints.Service, Endpoints);
        var otlp = new OtlpSettings(traces ? new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "http://127.0.0.1:9" } : [], "bench");
        var metrics = new GatewayMetrics(_instruments);
        var trouble = new DiskTrouble();
        var journal = new SettlementJournal(new SkyHome(Path.Combine(Path.GetTempPath(), "sky-bench-none")), "bench", trouble, time, NullLogger<SettlementJournal>.Instance);
        _served = served ? new MetricsEndpoint(_instruments, new GatewayGauges(_instruments, table, journal, new WatchState(time)), new ProcessGauges(_instruments), otlp) : null;
        _tracing = new RequestTracing(otlp);
        _log = new AccessLogWriter(log ? new Nowhere() : null, metrics, trouble, time, NullLogger<AccessLogWriter>.Instance);
        _log.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        Stage = new TelemetryStage(metrics, _tracing, _log, new RequestIds("bench"), new ModelIndex(table, NullLogger<ModelIndex>.Instance), time);
        Service = table.Current.All[0];
        Replica = Service.Snapshot().Replicas[0];
    }

    public TelemetryStage Stage { get; }

    public ServiceState Service { get; }

    public ReplicaTracker Replica { get; }

    public HttpContext Context { get; } = new DefaultHttpContext { Request = { Method = "POST", Scheme = "http" } };

    public ModelCall Call { get; } = new() { Kind = ModelCallKind.Chat, Model = "llm", Stream = true };

    public Settlement Settlement { get; } = new()
    {
        Sequence = 1, At = DateTimeOffset.UnixEpoch, Service = Endpoints.Service, Model = "llm", Version = 1, Replica = 1, Usage = new TokenUsage(1000, 200, 100), Kind = SettlementKind.Exact,
    };

    private static ServiceEndpoints Endpoints { get; } = new()
    {
        Service = new ServiceName("llm"),
        Replicas = [new ReplicaEndpoint { Id = new ReplicaId(1), Version = 1, Address = new Uri("http://127.0.0.1:9") }],
        LoadBalancingPolicy = "least_load",
        StreamTimeoutSeconds = 120,
        CanWait = true,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec(),
    };

    public void Dispose()
    {
        _log.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        _log.Dispose();
        _tracing.Dispose();
        _served?.Dispose();
        _instruments.Dispose();
    }

    private sealed class Nowhere : IAccessSink
    {
        public string Name => "nowhere";

        public ValueTask WriteAsync(ReadOnlyMemory<byte> lines) => ValueTask.CompletedTask;
    }
}
