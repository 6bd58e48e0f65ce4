using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Traffic.Inference;

/// <summary>
/// Quantiles of latencies that may be looked at as often as one likes. At the true p-quantile q the number s of values up to q out of n is a sum of independent
/// draws that are 1 with probability p, so M(q) = ∫ r^s (1−r)^(n−s) dBeta(r) ÷ p^s (1−p)^(n−s) is a martingale that starts at 1, and
/// {q: M(q) &lt; 1 ÷ α} holds the true quantile at all times together with 1 − α (confidence sequences on the CDF at a quantile: Howard and Ramdas, Bernoulli 2022).
/// For two samples whose quantiles are in the ratio ρ, the smallest product M₁(ρq)·M₂(q) over all q is at most the one at the true q, and judges ρ in the same way.
/// Of values only their buckets are known: within a bucket the count is taken that speaks least against it, so that the rounding costs width and no confidence.
/// </summary>
public static class QuantileTest
{
    /// <summary>How many values the mixture's prior is worth: narrow enough to be sharp at hundreds of values, and valid at any number.</summary>
    private const double PriorWeight = 20;

    private const int Cells = LatencyScale.Last + 1;

    /// <summary>In seconds.</summary>
    public static Interval Of(LatencyCounts counts, double share, double alpha)
    {
        var against = Against(counts, share);
        var limit = Math.Log(1 / alpha);
        var first = Array.FindIndex(against, one => one < limit);
        var last = Array.FindLastIndex(against, one => one < limit);
        return new Interval(LatencyScale.Lower(first), last == LatencyScale.Last ? null : LatencyScale.Upper(last));
    }

    /// <summary>The quantile of the first over that of the second.</summary>
    public static Interval Ratio(LatencyCounts counts, LatencyCounts other, double share, double alpha)
    {
        var (one, two) = (Against(counts, share), Against(other, share));
        var limit = Math.Log(1 / alpha);
        var (lowest, highest) = (int.MaxValue, int.MinValue);
        for (var shift = 1 - Cells; shift < Cells; shift++)
        {
            if (IsPossible(one, two, shift, limit))
            {
                lowest = Math.Min(lowest, shift);
                highest = Math.Max(highest, shift);
            }
        }

        // What may lie outside the buckets may be anything.
        var open = one[^1] + two[^1] < limit || one[0] + two[0] < limit;
        return new Interval(
            lowest <= 1 - Cells || open || HasLow(one, two, limit) ? null : Math.Pow(LatencyScale.Ratio, lowest - 1),
            highest >= Cells - 1 || open || HasHigh(one, two, limit) ? null : Math.Pow(LatencyScale.Ratio, highest + 1));
    }

    /// <summary>False: the two quantiles are known to differ. The same as a look whether the interval of the ratio holds 1, for less work.</summary>
    public static bool MayBeEqual(LatencyCounts counts, LatencyCounts other, double share, double alpha)
    {
        var (one, two) = (Against(counts, share), Against(other, share));
        var limit = Math.Log(1 / alpha);
        return IsPossible(one, two, 0, limit) || IsPossible(one, two, 1, limit) || IsPossible(one, two, -1, limit) || Ratio(counts, other, share, alpha).Holds(1);
    }

    private static bool IsPossible(double[] one, double[] two, int shift, double limit)
    {
        for (var bucket = Math.Max(0, -shift); bucket < Math.Min(Cells, Cells - shift); bucket++)
        {
            if (one[bucket + shift] + two[bucket] < limit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first may be below all buckets, or the second above them.</summary>
    private static bool HasLow(double[] one, double[] two, double limit) => one[0] + two.Min() < limit || one.Min() + two[^1] < limit;

    private static bool HasHigh(double[] one, double[] two, double limit) => one[^1] + two.Min() < limit || one.Min() + two[0] < limit;

    /// <summary>For each bucket ln M at the count within it that speaks least against the quantile lying there.</summary>
    private static double[] Against(LatencyCounts counts, double share)
    {
        var against = new double[Cells];
        var total = counts.Total();
        var (a, b) = (share * PriorWeight, (1 - share) * PriorWeight);
        var prior = LogGamma.Beta(a, b);
        double LogM(double below) =>
            LogGamma.Beta(a + below, b + total - below) - prior - (below * Math.Log(share)) - ((total - below) * Math.Log(1 - share));

        // ln M is convex in the count, and lowest next to what the quantile promises.
        var likeliest = Math.Clamp((share * total) + 0.5 - share, 0, total);
        var (seen, known, value) = (0L, -1.0, 0.0);
        for (var bucket = 0; bucket < Cells; bucket++)
        {
            var before = seen;
            seen += counts.Buckets.GetValueOrDefault(bucket);
            if (Math.Clamp(likeliest, before, seen) is var below && below != known)
            {
                (known, value) = (below, LogM(below));
            }

            against[bucket] = value;
        }

        return against;
    }
}
