using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>Traces of our own: zones that come and go, in families of different character. The same seed gives the same trace.</summary>
internal static class TraceMaker
{
    /// <summary>Three zones of up to sixteen that rarely last an hour; together often short of three.</summary>
    public static SpotTrace Volatile(int seed) =>
        Make(seed, 3, 11 * 288, 300, 16, random => new Character(Upper(random, 2, 8), Upper(random, 0.5, 4), 0.7), 0.05);

    /// <summary>Nine zones that are only known to have some or none, over weeks.</summary>
    public static SpotTrace Probes(int seed) =>
        Make(seed, 9, 30 * 144, 600, 1, random => new Character(Upper(random, 4, 60), Upper(random, 1, 30), 1), 0.02);

    /// <summary>Days without a change, then an outage of hours.</summary>
    public static SpotTrace Calm(int seed) =>
        Make(seed, 4, 12 * 288, 300, 8, random => new Character(Upper(random, 20, 80), Upper(random, 1, 6), 0.5), 0.01);

    /// <summary>Zones that fall together: half of all outages are of the whole market.</summary>
    public static SpotTrace Correlated(int seed) =>
        Make(seed, 6, 12 * 576, 150, 4, random => new Character(Upper(random, 6, 24), Upper(random, 0.5, 3), 0.7), 0.5);

    /// <summary>One good zone among zones that come back for minutes only.</summary>
    public static SpotTrace Flapping(int seed) =>
        Make(seed, 5, 12 * 480, 180, 6, random => random.Next(4) == 0 ? new Character(30, 1, 0.5) : new Character(0.3, 0.5, 0.8), 0.05);

    /// <summary>A market in which three are hardly ever to be had.</summary>
    public static SpotTrace Scarce(int seed) =>
        Make(seed, 3, 12 * 288, 300, 3, random => new Character(Upper(random, 0.5, 2), Upper(random, 6, 12), 0.6), 0.1);

    /// <param name="UpHours">How long a zone has capacity, on average.</param>
    /// <param name="DownHours">How long it has none.</param>
    /// <param name="FallsToNone">How often a fall ends at none at once; else capacity goes in steps.</param>
    internal readonly record struct Character(double UpHours, double DownHours, double FallsToNone);

    private static SpotTrace Make(int seed, int zones, int values, int gap, int most, Func<Random, Character> character, double together)
    {
        var random = new Random(seed);
        var outages = Outages(random, values, gap, together);
        return SpotTrace.Of([.. Enumerable.Range(0, zones).Select(zone => new ZoneTrace($"zone-{zone}", gap, Zone(random, values, gap, most, character(random), outages, together)))]);
    }

    private static int[] Zone(Random random, int values, int gap, int most, Character character, bool[] outages, double together)
    {
        var data = new int[values];
        var level = random.Next(most + 1);
        var left = Lasting(random, level > 0 ? character.UpHours : character.DownHours, gap);
        for (var i = 0; i < values; i++)
        {
            if (left-- <= 0)
            {
                level = level == 0 ? 1 + random.Next(most) : random.NextDouble() < character.FallsToNone ? 0 : random.Next(level);
                left = Lasting(random, level > 0 ? character.UpHours : character.DownHours, gap);
            }
            else if (level > 1 && random.NextDouble() < gap / 3600.0)
            {
                level = Math.Clamp(level + random.Next(-1, 2), 1, most);
            }

            data[i] = outages[i] && random.NextDouble() < 0.5 + (together / 2) ? 0 : level;
        }

        return data;
    }

    /// <summary>Most stays are short and some very long, as of real zones: an exponential time of a mean that itself varies.</summary>
    private static int Lasting(Random random, double hours, int gap) =>
        Math.Max(1, (int)(-Math.Log(1 - random.NextDouble()) * hours * Math.Exp(random.NextDouble() * 2 - 1.3) * 3600 / gap));

    private static bool[] Outages(Random random, int values, int gap, double together)
    {
        var outages = new bool[values];
        for (var i = 0; i < values; i++)
        {
            if (random.NextDouble() < together * gap / 36_000)
            {
                Array.Fill(outages, true, i, Math.Min(values - i, Lasting(random, 0.5, gap)));
            }
        }

        return outages;
    }

    private static double Upper(Random random, double least, double most) => least * Math.Pow(most / least, random.NextDouble());
}
