using System.Net;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// A request's body of unknown length, each piece of which leaves as it comes: without it the client's handler keeps what does not
/// fill its buffer until more follows, and a client that sends as it goes (speech, say) waits for an answer to what never left.
/// </summary>
internal sealed class PromptContent : PassingContent
{
    public PromptContent(HttpContent inner)
        : base(inner) => CopyHeaders();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Inner.CopyToAsync(new PromptStream(stream), context, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);
}
