namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>
/// A mean that goes up at once and comes down slowly: a value above it replaces it, one below pulls it down with a life of ten seconds
/// (the peak-EWMA of Finagle and Linkerd). Safe for concurrent use.
/// </summary>
internal sealed class PeakEwma(TimeProvider time)
{
    private const double LifeSeconds = 10;
    private readonly Lock _changing = new();
    private double _mean;
    private long _at;

    /// <summary>Seconds; 0 before the first value.</summary>
    public double Value => Volatile.Read(ref _mean);

    public void Add(double seconds, long now)
    {
        lock (_changing)
        {
            if (seconds >= _mean)
            {
                Volatile.Write(ref _mean, seconds);
            }
            else
            {
                var weight = Math.Exp(-time.GetElapsedTime(_at, now).TotalSeconds / LifeSeconds);
                Volatile.Write(ref _mean, (_mean * weight) + (seconds * (1 - weight)));
            }

            _at = now;
        }
    }
}
