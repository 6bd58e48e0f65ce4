using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary><c>/metrics</c> in Prometheus' text format. Who may see it is decided by who calls this.</summary>
internal sealed class MetricsEndpoint : IDisposable
{
    private const string Target = "/metrics";
    private readonly MeterProvider _provider;
    private RequestDelegate _scrape = context => Task.CompletedTask;

    /// <param name="instruments">What is served.</param>
    /// <param name="gauges">Named so that they are there.</param>
    /// <param name="process">The same.</param>
    /// <param name="otlp">Where the same is sent, if anywhere.</param>
    public MetricsEndpoint(GatewayInstruments instruments, GatewayGauges gauges, ProcessGauges process, OtlpSettings otlp)
    {
        ArgumentNullException.ThrowIfNull(gauges);
        ArgumentNullException.ThrowIfNull(process);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(otlp.Configure)
            .SetResourceBuilder(otlp.Resource)
            .AddMeter(GatewayInstruments.MeterName)
            .AddView(instrument => ReferenceEquals(instrument.Meter, instruments.Meter) ? null : MetricStreamConfiguration.Drop)
            .AddPrometheusExporter(Configure);
        if (otlp.SendsMetrics)
        {
            builder.AddOtlpExporter(otlp.ApplyToMetrics);
        }

        _provider = builder.Build();
    }

    /// <summary>Whether a target is that of the metrics.</summary>
    public static bool IsAsked(ReadOnlySpan<char> target) => target is Target || (target.StartsWith(Target) && target[Target.Length] == '?');

    /// <summary>To be called while the application is built.</summary>
    /// <param name="application">The gateway.</param>
    /// <param name="hasOwnAddress">There is an address for metrics alone.</param>
    public void Attach(IApplicationBuilder application, bool hasOwnAddress)
    {
        var branch = application.New();
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(_provider, _ => true, null, null, null);
        _scrape = branch.Build();
        if (hasOwnAddress)
        {
            application.Use(next => context => context.Features.Get<MetricsConnection>() is null ? next(context) : AnswerAloneAsync(context));
        }
    }

    public Task AnswerAsync(HttpContext context) => _scrape(context);

    public void Dispose() => _provider.Dispose();

    private static void Configure(PrometheusAspNetCoreOptions options)
    {
        // One scope and one resource: as labels of every line they would say nothing.
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
    }

    private Task AnswerAloneAsync(HttpContext context)
    {
        if (RequestTarget.Of(context) is { } target && IsAsked(target))
        {
            return AnswerAsync(context);
        }

        return ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "Only /metrics is served here.", "not_found");
    }
}
