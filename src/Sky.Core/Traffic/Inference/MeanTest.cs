using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Traffic.Inference;

/// <summary>
/// Means of values without bounds (tokens, cost, seconds) that may be looked at as often as one likes: asymptotic confidence sequences (Waudby-Smith, Arbour, Sinha,
/// Kennedy and Ramdas, Annals of Statistics 2024), which are to Robbins' normal mixture what the central limit theorem is to a t-test: good for dozens of values and
/// more, whatever their distribution, as long as it has a variance. A difference of two means is a mean in the units of the information 1 ÷ (σ₁²/n₁ + σ₂²/n₂).
/// </summary>
public static class MeanTest
{
    /// <summary>Of as many values as this the interval is tightest, in units of one value's variance.</summary>
    private const double TightestAt = 500;

    /// <summary>Below this many values nothing is said: the variance is not known well enough.</summary>
    private const int Fewest = 20;

    public static Interval Of(Moments values, double alpha)
    {
        if (values.Count < Fewest)
        {
            return new Interval(null, null);
        }

        var half = Math.Sqrt(values.Variance()) * Radius(values.Count, alpha);
        var mean = values.Sum / values.Count;
        return new Interval(mean - half, mean + half);
    }

    /// <summary>The mean of the first less that of the second.</summary>
    public static Interval Difference(Moments values, Moments other, double alpha)
    {
        if (values.Count < Fewest || other.Count < Fewest)
        {
            return new Interval(null, null);
        }

        var difference = (values.Sum / values.Count) - (other.Sum / other.Count);
        var variance = (values.Variance() / values.Count) + (other.Variance() / other.Count);
        if (variance <= 0)
        {
            return new Interval(difference, difference);
        }

        var one = ((values.Variance() * values.Count) + (other.Variance() * other.Count)) / (values.Count + other.Count);
        var half = Math.Sqrt(one) * Radius(one / variance, alpha);
        return new Interval(difference - half, difference + half);
    }

    /// <summary>For values of variance 1: √((2(tρ²+1) ÷ (t²ρ²)) · ln(√(tρ²+1) ÷ α)).</summary>
    private static double Radius(double t, double alpha)
    {
        var rho = (-2 * Math.Log(alpha) + Math.Log(-2 * Math.Log(alpha)) + 1) / TightestAt;
        return Math.Sqrt(2 * ((t * rho) + 1) / (t * t * rho) * Math.Log(Math.Sqrt((t * rho) + 1) / alpha));
    }
}
