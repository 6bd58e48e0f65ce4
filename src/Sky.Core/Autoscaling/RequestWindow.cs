namespace Sky.Core.Autoscaling;

/// <summary>Requests of the last minute by second.</summary>
internal static class RequestWindow
{
    public const int Seconds = 60;

    /// <summary>
    /// Both windows as one: of two counts of a second the larger counts, since each may have missed some; what is older than a minute goes.
    /// </summary>
    public static IReadOnlyList<RequestCount> Merge(IReadOnlyList<RequestCount> stored, IReadOnlyList<RequestCount> reported, DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - Seconds;
        var merged = new SortedDictionary<long, int>();
        foreach (var (second, count) in stored.Concat(reported))
        {
            if (second > oldest && count > 0)
            {
                merged[second] = Math.Max(count, merged.GetValueOrDefault(second));
            }
        }

        return [.. merged.Select(pair => new RequestCount(pair.Key, pair.Value))];
    }

    public static long Total(IReadOnlyList<RequestCount> window) => window.Sum(entry => (long)entry.Count);
}
