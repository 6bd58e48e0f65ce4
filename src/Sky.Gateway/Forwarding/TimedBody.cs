namespace Sky.Gateway.Forwarding;

/// <summary>A request's body that tells the attempt's deadline when a piece of it goes on.</summary>
internal sealed class TimedBody(Stream inner, AttemptDeadline deadline) : PassingStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        deadline.BodyMoved();
        return read;
    }
}
