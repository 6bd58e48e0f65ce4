using System.Net;

namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>An answer's body of which the first piece is there.</summary>
internal sealed class BegunContent : PassingContent
{
    private const int FirstPiece = 16 << 10;
    private readonly BegunStream _stream;

    private BegunContent(HttpContent inner, BegunStream stream)
        : base(inner)
    {
        _stream = stream;
        CopyHeaders();
    }

    /// <summary>Waits for the first piece, or for the end where there is none.</summary>
    public static async Task<BegunContent> WaitAsync(HttpContent inner, CancellationToken cancellationToken)
    {
        var stream = await inner.ReadAsStreamAsync(cancellationToken);
        var first = new byte[FirstPiece];
        var read = await stream.ReadAsync(first, cancellationToken);
        return new BegunContent(inner, new BegunStream(stream, first.AsMemory(0, read)));
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(_stream);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _stream.CopyToAsync(stream);
}
