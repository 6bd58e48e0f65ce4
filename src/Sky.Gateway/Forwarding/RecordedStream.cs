namespace Sky.Gateway.Forwarding;

/// <summary>A request's body that keeps what was read of it, up to 1 MiB, and can be read again from its start.</summary>
internal sealed class RecordedStream(Stream inner) : Stream
{
    private const int Most = 1 << 20;
    private readonly MemoryStream _recorded = new();
    private long _position;

    /// <summary>More was read than is kept.</summary>
    public bool Overflowed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Rewind()
    {
        if (!Overflowed)
        {
            _position = 0;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Overflowed && _position < _recorded.Length)
        {
            var again = Math.Min(buffer.Length, (int)(_recorded.Length - _position));
            _recorded.GetBuffer().AsMemory((int)_position, again).CopyTo(buffer);
            _position += again;
            return again;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (Overflowed)
        {
            return;
        }

        if (_recorded.Length + bytes.Length > Most)
        {
            Overflowed = true;
            _recorded.SetLength(0);
            return;
        }

        _recorded.Write(bytes);
        _position += bytes.Length;
    }
}
