using System.Buffers;

namespace Sky.Gateway.Routing.Models;

/// <summary>Reads a <see cref="ModelBody"/> once, from its start, with its edits.</summary>
internal sealed class ModelBodyStream : Stream
{
    private readonly ModelBody _body;
    private readonly ReadOnlySequence<byte>[] _pieces;
    private int _piece;
    private ReadOnlySequence<byte> _left;

    public ModelBodyStream(ModelBody body)
    {
        _body = body;
        _pieces = body.Pieces();
        _left = _pieces[0];
    }

    /// <summary>All of it has been read.</summary>
    public bool AtEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && (!_left.IsEmpty || ToNextPiece()))
        {
            if (!_body.TryCopy(ref _left, buffer[read..], out var copied))
            {
                throw new IOException("The request is over.");
            }

            read += copied;
        }

        AtEnd = AtEnd || (_left.IsEmpty && _piece == _pieces.Length - 1);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private bool ToNextPiece()
    {
        while (_piece + 1 < _pieces.Length)
        {
            _left = _pieces[++_piece];
            if (!_left.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
