using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>Takes what is sent by OTLP over gRPC: HTTP/2 without TLS, one message in its frame, the status in the trailers.</summary>
internal sealed class GrpcCollector : IAsyncDisposable
{
    private const int FrameHead = 5;
    private readonly ConcurrentQueue<GrpcCall> _calls = [];
    private WebApplication? _server;

    public IReadOnlyCollection<GrpcCall> Calls => _calls;

    /// <summary>The variables that have a gateway send everything here, soon. Without a protocol it is gRPC.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _server!.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-of-the-collector=secret-of-the-collector",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
    };

    public static async Task<GrpcCollector> StartAsync()
    {
        var collector = new GrpcCollector();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        collector._server = builder.Build();
        collector._server.Run(collector.TakeAsync);
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>All messages to that method so far, as Latin-1: one character for each byte.</summary>
    public string Text(string path) => string.Concat(_calls.Where(call => call.Path == path).Select(call => Encoding.Latin1.GetString(call.Message)));

    public async ValueTask DisposeAsync()
    {
        await _server!.StopAsync(new CancellationToken(true));
        await _server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var length = bytes.Length < FrameHead ? -1 : System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1, 4));
        _calls.Enqueue(new GrpcCall(
            context.Request.Path, context.Request.Protocol, context.Request.ContentType ?? "", context.Request.Headers.TE.ToString(),
            context.Request.Headers["x-of-the-collector"].ToString(), length == bytes.Length - FrameHead && bytes[0] == 0, bytes[Math.Min(FrameHead, bytes.Length)..]));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[FrameHead]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
