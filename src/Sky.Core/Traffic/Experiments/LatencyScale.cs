namespace Sky.Core.Traffic.Experiments;

/// <summary>
/// The buckets in which latencies are counted, each 4 % wider than the one below (DDSketch: Masson, Rim and Lee, VLDB 2019): whatever is read from
/// them is within 2 % of the truth, and counts of several gateways add up without a further error.
/// </summary>
public static class LatencyScale
{
    /// <summary>Relative error of a value that is read back.</summary>
    public const double Error = 0.02;

    /// <summary>The upper end of a bucket over its lower end.</summary>
    public const double Ratio = (1 + Error) / (1 - Error);

    /// <summary>Buckets 0 to this; the first holds what is below, the last what is above.</summary>
    public const int Last = 480;

    private const double Least = 0.0001;

    public static int Of(TimeSpan latency)
    {
        var seconds = latency.TotalSeconds;
        return seconds <= Least ? 0 : (int)Math.Min(Last, Math.Ceiling(Math.Log(seconds / Least) / Math.Log(Ratio)));
    }

    /// <summary>The upper end of a bucket, in seconds.</summary>
    public static double Upper(int bucket) => bucket >= Last ? double.PositiveInfinity : Least * Math.Pow(Ratio, bucket);

    /// <summary>The lower end of a bucket, in seconds.</summary>
    public static double Lower(int bucket) => bucket == 0 ? 0 : Least * Math.Pow(Ratio, bucket - 1);

    /// <summary>The value that is within <see cref="Error"/> of everything in a bucket, in seconds.</summary>
    public static double Middle(int bucket) => bucket == 0 ? Least : 2 * Least * Math.Pow(Ratio, bucket) / (Ratio + 1);
}
