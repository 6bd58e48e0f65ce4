namespace Sky.Gateway.Forwarding;

/// <summary>
/// A replica's response (both directions of an upgraded connection) that tells its exchange when bytes move. A response that is there
/// at once passes without being watched; the first read that has to wait sends the headers on and puts it under watch.
/// </summary>
internal sealed class WatchedStream(Stream inner, ReplicaExchange exchange, bool lengthKnown) : Stream
{
    private bool _watched;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.Moved();
        var reading = inner.ReadAsync(buffer, cancellationToken);
        if (reading.IsCompleted)
        {
            exchange.Answered();
            return reading;
        }

        return _watched ? reading : ReadWatchedAsync(reading, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.Moved();
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_watched)
            {
                exchange.Unwatch();
            }

            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadWatchedAsync(ValueTask<int> reading, CancellationToken cancellationToken)
    {
        _watched = true;
        exchange.Watch();
        if (!lengthKnown)
        {
            await exchange.FlushHeadersAsync(cancellationToken);
        }

        var read = await reading;
        exchange.Answered();
        return read;
    }
}
