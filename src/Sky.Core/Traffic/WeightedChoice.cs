namespace Sky.Core.Traffic;

/// <summary>
/// Which version a user gets: weighted rendezvous hashing with the logarithmic method (Schindelhauer and Schomaker, "Weighted distributed hash
/// tables", SPAA 2005). Of all versions the one with the highest weight ÷ −ln(h) wins, h being a number in (0, 1) made of the user's and the
/// version's hash. The shares are exact in expectation; every gateway chooses the same without a word to others; and a change of weights moves
/// only users towards versions whose share grew: from 90:10 to 80:20 one in ten.
/// </summary>
public static class WeightedChoice
{
    /// <summary>The index of the version that <paramref name="user"/> gets, of one or more.</summary>
    public static int Of(ulong user, ReadOnlySpan<VersionWeight> arms)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var i = 0; i < arms.Length; i++)
        {
            var score = arms[i].Percent / -Math.Log(Unit(Mix(user ^ Mix((ulong)arms[i].Version))));
            if (score > highest)
            {
                (best, highest) = (i, score);
            }
        }

        return best;
    }

    /// <summary>In (0, 1): never an end, whose logarithm would be none.</summary>
    private static double Unit(ulong hash) => ((hash >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>The finisher of SplitMix64 (Steele, Lea, Flood).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
