namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>A first piece, and what follows it.</summary>
internal sealed class BegunStream(Stream rest, ReadOnlyMemory<byte> first) : PassingStream(rest)
{
    private ReadOnlyMemory<byte> _first = first;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read into nothing asks to be told when something is there: it is.
        if (_first.IsEmpty)
        {
            return Inner.ReadAsync(buffer, cancellationToken);
        }

        var length = Math.Min(buffer.Length, _first.Length);
        _first[..length].CopyTo(buffer);
        _first = _first[length..];
        return ValueTask.FromResult(length);
    }
}
