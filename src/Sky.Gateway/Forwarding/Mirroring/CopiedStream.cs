namespace Sky.Gateway.Forwarding.Mirroring;

/// <summary>A request's body that keeps what passes, up to a bound.</summary>
internal sealed class CopiedStream(Stream inner, int most) : PassingStream(inner)
{
    private readonly MemoryStream _copy = new();
    private bool _tooLong;

    /// <summary>All of it has passed, and it was not longer than the bound.</summary>
    public bool IsWhole { get; private set; }

    public byte[] Copy() => _copy.ToArray();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !buffer.IsEmpty)
        {
            IsWhole = !_tooLong;
        }
        else if (!_tooLong && _copy.Length + read <= most)
        {
            _copy.Write(buffer.Span[..read]);
        }
        else
        {
            _tooLong = true;
            _copy.SetLength(0);
        }

        return read;
    }
}
