namespace Sky.Gateway.Forwarding;

/// <summary>
/// A replica's response (both directions of an upgraded connection) that tells its exchange when bytes move. A response that is there
/// at once passes without being watched; the first read that has to wait sends the headers on and puts it under watch.
/// </summary>
internal sealed class WatchedStream(Stream inner, ReplicaExchange exchange, bool lengthKnown) : PassingStream(inner)
{
    private bool _watched;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.Moved();
        var reading = Inner.ReadAsync(buffer, cancellationToken);
        if (reading.IsCompletedSuccessfully)
        {
            var read = reading.Result;
            exchange.Answered(read);
            return ValueTask.FromResult(read);
        }

        return _watched ? reading : ReadWatchedAsync(reading, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.Moved();
        return Inner.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _watched)
        {
            exchange.Unwatch();
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
        exchange.Answered(read);
        return read;
    }
}
