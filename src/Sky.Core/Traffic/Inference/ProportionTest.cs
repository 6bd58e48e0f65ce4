namespace Sky.Core.Traffic.Inference;

/// <summary>
/// Means of values within [0, 1] (errors: 0 or 1; feedback scores) that may be looked at as often as one likes. For a true mean p the mixture
/// M(p) = ∫ q^s (1−q)^f dBeta(q) ÷ p^s (1−p)^f, of the sum s of the values and f = n − s, is a non-negative supermartingale that starts at 1 (Robbins 1970 and
/// Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 2021, for 0 and 1; for other values the ratio is convex in them and thus at most what 0 and
/// 1 give). By Ville's inequality it ever reaches 1 ÷ α with a probability of at most α, so {p: M(p) &lt; 1 ÷ α} holds the true mean at all times together with 1 − α.
/// The difference of two means is judged by the product of both mixtures over the highest likelihood that the difference allows (universal inference: Wasserman,
/// Ramdas and Balakrishnan, PNAS 2020), which is at most the martingale of the true pair. Neither looks at the order of the values nor at how they were
/// shared out, so the sums of several gateways are enough.
/// </summary>
public static class ProportionTest
{
    /// <summary>Of the mixture: Krichevsky and Trofimov's ½ and ½, which loses least where rates are near 0 or 1.</summary>
    private const double A = 0.5, B = 0.5;

    private const int Steps = 60;

    /// <param name="sum">The sum of the values.</param>
    /// <param name="count">How many.</param>
    /// <param name="alpha">1 − the confidence.</param>
    public static Interval Of(double sum, long count, double alpha)
    {
        if (count == 0)
        {
            return new Interval(0, 1);
        }

        var limit = Evidence(sum, count) - Math.Log(1 / alpha);
        var mean = sum / count;
        bool Holds(double p) => LogLikelihood(sum, count - sum, p) > limit;
        return new Interval(Edge(mean, 0, Holds), Edge(mean, 1, Holds));
    }

    /// <summary>The difference of the mean of the first and that of the second.</summary>
    public static Interval Difference(double sum, long count, double otherSum, long otherCount, double alpha)
    {
        if (count == 0 || otherCount == 0)
        {
            return new Interval(-1, 1);
        }

        var limit = Evidence(sum, count) + Evidence(otherSum, otherCount) - Math.Log(1 / alpha);
        bool Holds(double difference) => Best(sum, count - sum, otherSum, otherCount - otherSum, difference) > limit;
        var seen = (sum / count) - (otherSum / otherCount);
        return new Interval(Edge(seen, -1, Holds), Edge(seen, 1, Holds));
    }

    /// <summary>False: the two means are known to differ. The same as a look whether the interval of the difference holds 0, for less work.</summary>
    public static bool MayBeEqual(double sum, long count, double otherSum, long otherCount, double alpha)
    {
        var (all, total) = (sum + otherSum, count + otherCount);
        return count == 0 || otherCount == 0
            || LogLikelihood(all, total - all, all / total) > Evidence(sum, count) + Evidence(otherSum, otherCount) - Math.Log(1 / alpha);
    }

    /// <summary>ln ∫ q^s (1−q)^f dBeta(q).</summary>
    private static double Evidence(double sum, long count) => LogGamma.Beta(A + sum, B + count - sum) - LogGamma.Beta(A, B);

    private static double LogLikelihood(double successes, double failures, double p) => Term(successes, p) + Term(failures, 1 - p);

    private static double Term(double count, double p) => count <= 0 ? 0 : p <= 0 ? double.NegativeInfinity : count * Math.Log(p);

    /// <summary>The highest log-likelihood of both where the first mean is that much above the second; concave, so the golden section finds it.</summary>
    private static double Best(double sum, double rest, double otherSum, double otherRest, double difference)
    {
        var (low, high) = (Math.Max(0, -difference), Math.Min(1, 1 - difference));
        double At(double p) => LogLikelihood(sum, rest, Math.Clamp(p + difference, 0, 1)) + LogLikelihood(otherSum, otherRest, p);
        var golden = (Math.Sqrt(5) - 1) / 2;
        var (left, right) = (high - (golden * (high - low)), low + (golden * (high - low)));
        var (atLeft, atRight) = (At(left), At(right));
        for (var i = 0; i < Steps; i++)
        {
            if (atLeft > atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = At(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = At(right);
            }
        }

        return Math.Max(Math.Max(atLeft, atRight), Math.Max(At(low), At(high)));
    }

    /// <summary>How far from <paramref name="inside"/> towards <paramref name="end"/> it holds.</summary>
    private static double Edge(double inside, double end, Func<double, bool> holds)
    {
        if (holds(end))
        {
            return end;
        }

        var (good, bad) = (inside, end);
        for (var i = 0; i < Steps; i++)
        {
            var middle = (good + bad) / 2;
            (good, bad) = holds(middle) ? (middle, bad) : (good, middle);
        }

        // The outer one of the two, so that what is left of the search counts for no confidence.
        return bad;
    }
}
