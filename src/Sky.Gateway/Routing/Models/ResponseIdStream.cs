using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Routing.Models;

/// <summary>An answer whose beginning is looked through for the id of the response that its replica holds. The rest passes untouched.</summary>
internal sealed class ResponseIdStream(Stream inner, Action<string> found) : PassingStream(inner)
{
    private const int Most = 16 << 10;
    private byte[]? _seen;
    private int _length;
    private bool _over;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = Inner.ReadAsync(buffer, cancellationToken);
        return _over ? reading : LookAsync(reading, buffer);
    }

    private async ValueTask<int> LookAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        var read = await reading;
        Look(buffer.Span[..read]);
        return read;
    }

    /// <summary>Mostly the first piece has it; only when it has not, the beginning is kept to be looked at again.</summary>
    private void Look(ReadOnlySpan<byte> piece)
    {
        if (_seen is not null || _length > 0)
        {
            piece = Keep(piece);
        }

        _over = ResponseId.TryFind(piece, out var id) || piece.Length >= Most;
        if (id is not null)
        {
            found(id);
        }

        if (_over)
        {
            _seen = null;
        }
        else if (_seen is null)
        {
            Keep(piece);
        }
    }

    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> piece)
    {
        _seen ??= new byte[Most];
        var more = Math.Min(piece.Length, Most - _length);
        piece[..more].CopyTo(_seen.AsSpan(_length));
        _length += more;
        return _seen.AsSpan(0, _length);
    }
}
