using Sky.Core.Traffic.Experiments;
using Xunit;

namespace Sky.Core.Tests.Traffic;

public sealed class LatencyScaleTests
{
    [Fact]
    public void What_is_read_back_is_within_the_stated_error()
    {
        for (var seconds = 0.00011; seconds < 15_000; seconds *= 1.0037)
        {
            var bucket = LatencyScale.Of(TimeSpan.FromSeconds(seconds));
            Assert.InRange(LatencyScale.Middle(bucket), seconds * (1 - LatencyScale.Error - 0.001), seconds * (1 + LatencyScale.Error + 0.001));
            Assert.InRange(seconds, LatencyScale.Lower(bucket) * 0.999, LatencyScale.Upper(bucket) * 1.001);
        }

        Assert.Equal((0, LatencyScale.Last), (LatencyScale.Of(TimeSpan.Zero), LatencyScale.Of(TimeSpan.FromDays(300))));
    }

    [Fact]
    public void The_sum_of_parts_is_the_whole()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 5000).Select(_ => TimeSpan.FromSeconds(Math.Exp(3 * random.NextDouble()))).ToList();
        var whole = Counts(values);
        var parts = values.Chunk(617).Select(Counts).Aggregate(LatencyCounts.None, (sum, part) => sum.Plus(part));
        Assert.Equal(whole.Buckets.OrderBy(pair => pair.Key), parts.Buckets.OrderBy(pair => pair.Key));
        var sorted = values.Order().ToList();
        foreach (var share in new[] { 0.01, 0.5, 0.95, 0.99, 1 })
        {
            var exact = sorted[(int)Math.Ceiling(share * sorted.Count) - 1].TotalSeconds;
            Assert.InRange(parts.Quantile(share)!.Value, exact * (1 - LatencyScale.Error), exact * (1 + LatencyScale.Error));
        }

        Assert.Null(LatencyCounts.None.Quantile(0.5));
    }

    private static LatencyCounts Counts(IEnumerable<TimeSpan> values) =>
        new() { Buckets = values.GroupBy(LatencyScale.Of).ToDictionary(group => group.Key, group => (long)group.Count()) };
}
