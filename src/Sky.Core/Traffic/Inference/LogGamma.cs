namespace Sky.Core.Traffic.Inference;

/// <summary>ln Γ by Lanczos' series with g = 7 and nine terms (about 15 digits for positive arguments).</summary>
internal static class LogGamma
{
    private static readonly double[] Terms =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    public static double Of(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - Of(1 - x);
        }

        var sum = Terms[0];
        for (var i = 1; i < Terms.Length; i++)
        {
            sum += Terms[i] / (x - 1 + i);
        }

        var t = x - 1 + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>ln B(a, b).</summary>
    public static double Beta(double a, double b) => Of(a) + Of(b) - Of(a + b);
}
