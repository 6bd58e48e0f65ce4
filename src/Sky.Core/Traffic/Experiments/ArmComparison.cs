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
            ArmMetrics.Cost => Mean(Cost(arm, other), Cost(other, arm), alpha),
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

    /// <summary>True: it is known that the first is worse than the other by more than is tolerated.</summary>
    /// <param name="metric">A word of <see cref="ArmMetrics"/>.</param>
    /// <param name="arm">The one that is judged.</param>
    /// <param name="other">The one beside it.</param>
    /// <param name="tolerance">In points for shares; for all else a part of what the other has.</param>
    /// <param name="alpha">1 − the confidence.</param>
    public static bool IsWorse(string metric, ArmSight arm, ArmSight other, double tolerance, double alpha)
    {
        // What may be equal is not known to be worse, and that is told with less work.
        if (IsOpen(metric, arm, other, alpha))
        {
            return false;
        }

        return metric switch
        {
            ArmMetrics.ErrorRate => Of(metric, 0, arm, 0, other, alpha).Seen.Low > tolerance,
            ArmMetrics.Feedback => Of(metric, 0, arm, 0, other, alpha).Seen.High < -tolerance,
            ArmMetrics.LatencyMean => IsAbove(arm.Totals.LatencySeconds, other.Totals.LatencySeconds, tolerance, alpha),
            ArmMetrics.Cost => IsAbove(Cost(arm, other), Cost(other, arm), tolerance, alpha),
            _ => Of(metric, 0, arm, 0, other, alpha) is { As: "ratio", Seen.Low: { } low } && low > 1 + tolerance,
        };
    }

    /// <summary>Nothing beside one in another currency.</summary>
    private static Moments Cost(ArmSight arm, ArmSight other) =>
        arm.Totals.Currency is { } mine && other.Totals.Currency is { } theirs && mine != theirs ? default : arm.Totals.Cost;

    /// <summary>The mean of the first is above that of the other with the tolerance on it: the difference is that of values which are that much larger.</summary>
    private static bool IsAbove(Moments values, Moments other, double tolerance, double alpha) =>
        MeanTest.Difference(values, other.Times(1 + tolerance), alpha).Low > 0;

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
