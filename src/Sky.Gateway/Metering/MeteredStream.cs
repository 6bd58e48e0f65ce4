using System.Runtime.CompilerServices;

namespace Sky.Gateway.Metering;

/// <summary>The answer of a replica, read by the request's meter before anybody else gets it.</summary>
internal sealed class MeteredStream(Stream inner, RequestMeter meter) : Stream
{
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
        if (buffer.IsEmpty)
        {
            // Only asks to be told when something comes.
            return inner.ReadAsync(buffer, cancellationToken);
        }

        return meter.Filter is { } filter ? FilterAsync(filter, buffer, cancellationToken) : ObserveAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

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
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ObserveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        meter.Read(buffer.Span[..read]);
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FilterAsync(UsageFilter filter, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (filter.Held > buffer.Length / 2)
        {
            return filter.Release(buffer.Span);
        }

        while (true)
        {
            var restored = filter.Restore(buffer.Span);

            // Of an event in whose middle the replica breaks the client gets nothing: whether it would have been given to it is not known.
            var read = await inner.ReadAsync(buffer[restored..], cancellationToken);
            var passed = read == 0 ? restored : filter.Pass(buffer.Span, restored, read);
            meter.Moved(read);
            if (passed > 0 || read == 0)
            {
                return passed;
            }
        }
    }
}
