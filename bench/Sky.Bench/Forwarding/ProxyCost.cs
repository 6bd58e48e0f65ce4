namespace Sky.Bench.Forwarding;

/// <summary>What one proxy cost.</summary>
/// <param name="Proxy">Its name.</param>
/// <param name="Microseconds">Processor time for one unit, by round; null where the proxy is not installed.</param>
internal sealed record ProxyCost(string Proxy, double[]? Microseconds)
{
    public double Median => Microseconds is { } rounds ? MedianOf(rounds) : double.NaN;

    /// <summary>How much more this one cost than <paramref name="other"/>, round by round; the median.</summary>
    public double Over(ProxyCost other) => MedianOf(Microseconds!.Zip(other.Microseconds!, (own, its) => own / its));

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
