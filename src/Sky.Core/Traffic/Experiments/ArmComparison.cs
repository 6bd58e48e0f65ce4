using Sky.Core.Traffic.Inference;

namespace Sky.Core.Traffic.Experiments;

/// <summary>Judges one version beside another in one respect; pure.</summary>
public static class ArmComparison
{
    public const string Better = "better", Worse = "worse", Differs = "differs", Open = "open";

    /// <param name="metric">A word of <see cref="ArmMetrics"/>.</param>
    /// <param name="version">The one that is judged.</param>
    /// <param name="arm">What was seen of it.</param>
    /// <param name="baseline">The one beside it.</param>
    /// <param name="other">What was seen of that.</param>
    /// <param name="alpha">1 − the confidence.</param>
    public static Comparison Of(string metric, int version, ArmSight arm, int baseline, ArmSight other, double alpha)
    {
        var (seen, range, isRatio) = metric switch
        {
            ArmMetrics.ErrorRate => Proportion(arm.Totals.Errors, arm.Totals.Requests, other.Totals.Errors, other.Totals.Requests, alpha),
            ArmMetrics.Feedback => Proportion(arm.Feedback.Sum, arm.Feedback.Count, other.Feedback.Sum, other.Feedback.Count, alpha),
            ArmMetrics.TtftP50 => Quantile(arm.Totals.FirstToken, other.Totals.FirstToken, 0.5, alpha),
            ArmMetrics.TtftP95 => Quantile(arm.Totals.FirstToken, other.Totals.FirstToken, 0.95, alpha),
            ArmMetrics.LatencyP50 => Quantile(arm.Totals.Latency, other.Totals.Latency, 0.5, alpha),
            ArmMetrics.LatencyP95 => Quantile(arm.Totals.Latency, other.Totals.Latency, 0.95, alpha),
            ArmMetrics.LatencyMean => Mean(arm.Totals.LatencySeconds, other.Totals.LatencySeconds, alpha),
            ArmMetrics.PromptTokens => Mean(arm.Totals.PromptTokens, other.Totals.PromptTokens, alpha),
            ArmMetrics.CompletionTokens => Mean(arm.Totals.CompletionTokens, other.Totals.CompletionTokens, alpha),
            ArmMetrics.Cost => Mean(arm.Totals.Cost, other.Totals.Cost, alpha),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
        };
        return new Comparison
        {
            Version = version,
            Baseline = baseline,
            Metric = metric,
            As = isRatio ? "ratio" : "difference",
            Seen = new Estimate { Value = seen, Low = range.Low, High = range.High },
            Verdict = Verdict(metric, range, isRatio ? 1 : 0),
        };
    }

    /// <summary>True: the verdict of <see cref="Of"/> is <see cref="Open"/>. For less work.</summary>
    public static bool IsOpen(string metric, ArmSight arm, ArmSight other, double alpha) => metric switch
    {
        ArmMetrics.ErrorRate => ProportionTest.MayBeEqual(arm.Totals.Errors, arm.Totals.Requests, other.Totals.Errors, other.Totals.Requests, alpha),
        ArmMetrics.Feedback => ProportionTest.MayBeEqual(arm.Feedback.Sum, arm.Feedback.Count, other.Feedback.Sum, other.Feedback.Count, alpha),
        ArmMetrics.TtftP50 => QuantileTest.MayBeEqual(arm.Totals.FirstToken, other.Totals.FirstToken, 0.5, alpha),
        ArmMetrics.TtftP95 => QuantileTest.MayBeEqual(arm.Totals.FirstToken, other.Totals.FirstToken, 0.95, alpha),
        ArmMetrics.LatencyP50 => QuantileTest.MayBeEqual(arm.Totals.Latency, other.Totals.Latency, 0.5, alpha),
        ArmMetrics.LatencyP95 => QuantileTest.MayBeEqual(arm.Totals.Latency, other.Totals.Latency, 0.95, alpha),
        _ => Of(metric, 0, arm, 0, other, alpha).Verdict == Open,
    };

    private static string Verdict(string metric, Interval range, double equal)
    {
        if (range.Holds(equal))
        {
            return Open;
        }

        return ArmMetrics.IsNeutral(metric) ? Differs : range.Low > equal == ArmMetrics.LessIsBetter(metric) ? Worse : Better;
    }

    private static (double? Seen, Interval Range, bool IsRatio) Proportion(double sum, long count, double otherSum, long otherCount, double alpha) =>
        (count == 0 || otherCount == 0 ? null : (sum / count) - (otherSum / otherCount), ProportionTest.Difference(sum, count, otherSum, otherCount, alpha), false);

    private static (double? Seen, Interval Range, bool IsRatio) Quantile(LatencyCounts counts, LatencyCounts other, double share, double alpha) =>
        (counts.Quantile(share) / other.Quantile(share), QuantileTest.Ratio(counts, other, share, alpha), true);

    private static (double? Seen, Interval Range, bool IsRatio) Mean(Moments values, Moments other, double alpha) =>
        (values.Mean() - other.Mean(), MeanTest.Difference(values, other, alpha), false);
}
