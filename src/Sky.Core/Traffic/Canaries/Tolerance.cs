using System.Globalization;
using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Traffic.Canaries;

/// <summary>
/// How much worse a canary may be in one respect before it counts as worse (the margin of a non-inferiority test): of shares, which are error rate and
/// feedback, in points; of all else as a part of what the version before has. 0.1 is ten points, or a tenth.
/// </summary>
public static class Tolerance
{
    /// <summary>The largest that is taken.</summary>
    private const double MostOfShare = 1, MostOfRatio = 10;

    /// <summary>What is tolerated where nothing is said: what cold caches and other hardware of the same kind do to a version that is as good.</summary>
    public static double Usual(string metric) => metric switch
    {
        ArmMetrics.ErrorRate => 0.005,
        ArmMetrics.Feedback => 0.02,
        ArmMetrics.Cost => 0.05,
        _ => 0.1,
    };

    /// <summary>Such as <c>0.5 points</c> or <c>10%</c>.</summary>
    public static string Text(string metric, double tolerance) =>
        string.Create(CultureInfo.InvariantCulture, $"{tolerance * 100:0.###}{(ArmMetrics.IsShare(metric) ? " points" : "%")}");

    /// <summary>Reads <c>error_rate=0.5%,ttft_p95=10%</c>; null where it is of another form or names something twice.</summary>
    public static IReadOnlyDictionary<string, double>? Parse(string text)
    {
        var read = new Dictionary<string, double>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length < 2 || !sides[1].EndsWith('%')
                || !double.TryParse(sides[1][..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || !read.TryAdd(sides[0], percent / 100))
            {
                return null;
            }
        }

        return read.Count == 0 ? null : read;
    }

    /// <summary>What is wrong with it, in one sentence; null when nothing is.</summary>
    public static string? Problem(string metric, double tolerance)
    {
        var most = ArmMetrics.IsShare(metric) ? MostOfShare : MostOfRatio;
        return tolerance >= 0 && tolerance <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"What is tolerated of {metric} is from 0% to {most * 100}%. Found: {tolerance * 100:0.###}%");
    }
}
