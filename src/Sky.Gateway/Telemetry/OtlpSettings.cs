using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;

namespace Sky.Gateway.Telemetry;

/// <summary>
/// What the standard variables of OpenTelemetry say. An endpoint switches sending on, for all or for one of metrics and traces;
/// <c>OTEL_SDK_DISABLED</c> and an exporter called <c>none</c> switch it off. What else there is of them, the SDK reads itself.
/// </summary>
/// <param name="variables">Those that begin with <c>OTEL_</c>.</param>
/// <param name="run">The name of this run of the gateway.</param>
internal sealed class OtlpSettings(IReadOnlyDictionary<string, string> variables, string run)
{
    private const string Metrics = "METRICS";
    private const string Traces = "TRACES";

    public bool SendsMetrics => Sends(Metrics);

    public bool SendsTraces => Sends(Traces);

    /// <summary>Who is telling: <c>sky-gateway</c>, where <c>OTEL_SERVICE_NAME</c> does not say otherwise.</summary>
    public ResourceBuilder Resource => ResourceBuilder.CreateEmpty()
        .AddService("sky-gateway", serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3), serviceInstanceId: run)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>Has the SDK read these variables, and not those of the process.</summary>
    public void Configure(IServiceCollection services) => services.AddSingleton<IConfiguration>(
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build());

    public void ApplyToMetrics(OtlpExporterOptions options) => Apply(options, Metrics);

    public void ApplyToTraces(OtlpExporterOptions options) => Apply(options, Traces);

    private bool Sends(string signal) =>
        !string.Equals(Get("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && Get($"OTEL_{signal}_EXPORTER") is null or "otlp"
        && (Get("OTEL_EXPORTER_OTLP_ENDPOINT") ?? Get($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) is not null;

    /// <summary>What is said of one signal counts before what is said of all.</summary>
    private void Apply(OtlpExporterOptions options, string signal)
    {
        if (Get($"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") is { } protocol)
        {
            options.Protocol = protocol == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        }

        if (Get($"OTEL_EXPORTER_OTLP_{signal}_HEADERS") is { } headers)
        {
            options.Headers = headers;
        }

        if (Uri.TryCreate(Get($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"), UriKind.Absolute, out var endpoint))
        {
            options.Endpoint = endpoint;
        }
    }

    private string? Get(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
