namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>How long the last answers of a service took to begin.</summary>
internal sealed class AnswerTimes
{
    private const int Kept = 256;

    /// <summary>With fewer, nothing is known of the slowest twentieth.</summary>
    private const int Least = 20;

    /// <summary>So often the percentile is computed anew.</summary>
    private const int Every = 16;

    private readonly Lock _gate = new();
    private readonly double[] _seconds = new double[Kept];
    private long _count;
    private double _p95 = double.NaN;

    /// <summary>What 95 of 100 took at most; null while too few were seen.</summary>
    public TimeSpan? P95 => Volatile.Read(ref _p95) is var seconds && double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(seconds);

    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            _seconds[_count++ % Kept] = time.TotalSeconds;
            if (_count == Least || (_count > Least && _count % Every == 0))
            {
                var sorted = _seconds.AsSpan(0, (int)Math.Min(_count, Kept)).ToArray();
                Array.Sort(sorted);
                Volatile.Write(ref _p95, sorted[(int)Math.Ceiling(0.95 * sorted.Length) - 1]);
            }
        }
    }
}
