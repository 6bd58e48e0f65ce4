using System.Collections.Concurrent;
using System.Text;
using Sky.Testing.Gateway;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>Takes what is sent by OTLP over HTTP, and keeps the bytes, in which texts and ids stand as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _bodies = [];

    public required TestBackend Server { get; set; }

    /// <summary>The variables that have a gateway send everything here, soon.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{Server.Port}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-of-the-collector=secret-of-the-collector",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=of-the-test",
    };

    public ConcurrentQueue<string> Headers { get; } = [];

    public static async Task<Collector> StartAsync()
    {
        Collector? collector = null;
        var server = await TestBackend.StartAsync(1, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector!.Headers.Enqueue(context.Request.Headers["x-of-the-collector"].ToString());
            collector._bodies.Enqueue((context.Request.Path, body.ToArray()));
        });
        return collector = new Collector { Server = server };
    }

    /// <summary>All that came at that path so far, as Latin-1: one character for each byte.</summary>
    public string Text(string path) => string.Concat(_bodies.Where(b => b.Path == path).Select(b => Encoding.Latin1.GetString(b.Body)));

    /// <summary>An id of a trace or a span as it stands in the bytes.</summary>
    public static string Bytes(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
