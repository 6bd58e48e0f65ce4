namespace Sky.Core.Traffic.Experiments;

/// <summary>Latencies by bucket of <see cref="LatencyScale"/>; immutable.</summary>
public sealed record LatencyCounts
{
    public static readonly LatencyCounts None = new();

    /// <summary>Only those that are not 0.</summary>
    public IReadOnlyDictionary<int, long> Buckets { get; init; } = new Dictionary<int, long>();

    public long Total() => Buckets.Values.Sum();

    /// <summary>The value below which a share of them lies, in seconds, within <see cref="LatencyScale.Error"/>; null where there are none.</summary>
    public double? Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Total()));
        var seen = 0L;
        foreach (var (bucket, count) in Buckets.OrderBy(pair => pair.Key))
        {
            seen += count;
            if (seen >= rank)
            {
                return LatencyScale.Middle(bucket);
            }
        }

        return null;
    }

    public LatencyCounts Plus(LatencyCounts other)
    {
        var sum = new Dictionary<int, long>(Buckets);
        foreach (var (bucket, count) in other.Buckets)
        {
            sum[bucket] = sum.GetValueOrDefault(bucket) + count;
        }

        return new LatencyCounts { Buckets = sum };
    }
}
