namespace Sky.Gateway.Routing.Models;

/// <summary>A body that streams through, with one edit on its way.</summary>
internal sealed class EditedStream(Stream inner, BodyEdit edit) : Stream
{
    private long _position;
    private int _added;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var before = edit.Offset - _position;
            if (before <= 0 && _added < edit.Added.Length)
            {
                var copied = Math.Min(buffer.Length, edit.Added.Length - _added);
                edit.Added.Slice(_added, copied).CopyTo(buffer);
                _added += copied;
                return copied;
            }

            var left = before > 0 ? before : Math.Max(0, edit.Offset + edit.Removed - _position);
            var read = await inner.ReadAsync(left > 0 ? buffer[..(int)Math.Min(buffer.Length, left)] : buffer, cancellationToken);
            _position += read;
            if (before > 0 || left == 0 || read == 0)
            {
                return read;
            }
        }

        return 0;
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
}
