using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Sky.Gateway.Telemetry.Tracing;

/// <summary>Begins the trace of a request, below the one of its client; does nothing where traces go nowhere.</summary>
internal sealed class RequestTracing : IDisposable
{
    public const string SourceName = "Sky.Gateway";
    private readonly ActivitySource? _source;
    private readonly TracerProvider? _provider;

    public RequestTracing(OtlpSettings otlp)
    {
        if (!otlp.SendsTraces)
        {
            return;
        }

        _source = new ActivitySource(SourceName);
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(otlp.Configure)
            .SetResourceBuilder(otlp.Resource)
            .AddSource(SourceName)
            .AddOtlpExporter(otlp.ApplyToTraces)
            .Build();
    }

    public RequestTrace? Begin(HttpRequest request)
    {
        if (_source is null)
        {
            return null;
        }

        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        return _source.StartActivity(request.Method, ActivityKind.Server, parent) is { } span ? new RequestTrace(_source, span) : null;
    }

    public void Dispose()
    {
        _provider?.Dispose();
        _source?.Dispose();
    }
}
