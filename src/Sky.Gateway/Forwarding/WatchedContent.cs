using System.Net;

namespace Sky.Gateway.Forwarding;

/// <summary>A response's body whose reading is seen by the exchange. Its headers have been copied before.</summary>
internal sealed class WatchedContent(HttpContent inner, ReplicaExchange exchange) : PassingContent(inner)
{
    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        var opening = Inner.ReadAsStreamAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? Task.FromResult(Wrap(opening.Result)) : WrapAsync(opening);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Inner.CopyToAsync(stream, context);

    private Stream Wrap(Stream stream) =>
        new WatchedStream(exchange.Metered(exchange.Noted(stream)), exchange, lengthKnown: Inner.Headers.NonValidated.Contains("Content-Length"));

    private async Task<Stream> WrapAsync(Task<Stream> opening) => Wrap(await opening);
}
