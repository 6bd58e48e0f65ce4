namespace Sky.Gateway.Simulation;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private long _ticks;

    /// <summary>Seconds since the start; only ever set forward.</summary>
    public double Seconds
    {
        get => (double)_ticks / TimeSpan.TicksPerSecond;
        set => _ticks = Math.Max(_ticks, (long)(value * TimeSpan.TicksPerSecond));
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);
}
