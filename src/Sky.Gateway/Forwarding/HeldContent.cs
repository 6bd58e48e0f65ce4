using System.Buffers;
using System.Net;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// A request's body that is here already, whole. The forwarder sends the headers on their own, because it cannot know that the body follows
/// at once; this one leaves together with them, which for a small request is one call into the system instead of two.
/// </summary>
internal sealed class HeldContent : HttpContent
{
    private const int MostAtOnce = 64 << 10;
    private static readonly HttpRequestOptionsKey<ModelBodyStream> Key = new("held-body");
    private readonly ModelBodyStream _body;
    private readonly int _piece;

    private HeldContent(ModelBodyStream body, HttpContent instead, long length)
    {
        _body = body;
        _piece = (int)Math.Clamp(length, 1, MostAtOnce);
        foreach (var (name, values) in instead.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>Has the request sent with this body in place of the forwarder's content, which may not be replaced before it is sent.</summary>
    public static void Announce(HttpRequestMessage request, ModelBodyStream body) => request.Options.Set(Key, body);

    /// <summary>Null: none was announced, or its length is not told ahead.</summary>
    public static HeldContent? For(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var body) && request.Content is { Headers.ContentLength: { } length } content
            ? new HeldContent(body, content, length)
            : null;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_piece);
        try
        {
            for (int read; (read = _body.Read(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <summary>The headers tell it.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
