using System.Runtime.CompilerServices;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Metering;

/// <summary>The answer of a replica, read by the request's meter before anybody else gets it.</summary>
internal sealed class MeteredStream(Stream inner, RequestMeter meter) : PassingStream(inner)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            // Only asks to be told when something comes.
            return Inner.ReadAsync(buffer, cancellationToken);
        }

        return meter.Filter is { } filter ? FilterAsync(filter, buffer, cancellationToken) : ObserveAsync(buffer, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ObserveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
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
            var read = await Inner.ReadAsync(buffer[restored..], cancellationToken);
            var passed = read == 0 ? restored : filter.Pass(buffer.Span, restored, read);
            meter.Moved(read);
            if (passed > 0 || read == 0)
            {
                return passed;
            }
        }
    }
}
