using System.Net;

namespace Sky.Gateway.Forwarding;

/// <summary>A response's body whose reading is seen by the exchange. Its headers have been copied before.</summary>
internal sealed class WatchedContent(HttpContent inner, ReplicaExchange exchange) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        var opening = inner.ReadAsStreamAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? Task.FromResult(Wrap(opening.Result)) : WrapAsync(opening);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream Wrap(Stream stream) =>
        new WatchedStream(exchange.Metered(exchange.Noted(stream)), exchange, lengthKnown: inner.Headers.NonValidated.Contains("Content-Length"));

    private async Task<Stream> WrapAsync(Task<Stream> opening) => Wrap(await opening);
}
