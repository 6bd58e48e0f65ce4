using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>
/// Traces of another build than those of <see cref="TraceMaker"/>, capacity that wanders as demand for it does, in the sizes that the longer traces of the
/// SkyServe paper are described with. The same seed gives the same trace.
/// </summary>
internal static class MarketMaker
{
    private const int ValuesPerDay = 288;

    /// <summary>Three zones of up to sixteen, whose free capacity goes up and down in steps and is often none.</summary>
    public static SpotTrace Wandering(int seed)
    {
        var random = new Random(seed);
        return SpotTrace.Of([.. Enumerable.Range(0, 3).Select(zone => new ZoneTrace($"zone-{zone}", 300, Zone(random, new double[11 * ValuesPerDay], 4, 16)))]);
    }

    /// <summary>Nine zones in three regions, some or none each, over 45 days: each follows a demand of its own and one of its region.</summary>
    public static SpotTrace Regional(int seed)
    {
        var random = new Random(seed);
        var zones = new List<ZoneTrace>();
        for (var region = 0; region < 3; region++)
        {
            var shared = Walk(random, 45 * ValuesPerDay, hours: 8);
            zones.AddRange(Enumerable.Range(0, 3).Select(zone => new ZoneTrace($"zone-{region}{zone}", 300, Zone(random, shared, 1, 1))));
        }

        return SpotTrace.Of(zones);
    }

    /// <summary>What is left of a zone's capacity by its own and its region's demand, and less at the same hours of each day.</summary>
    private static int[] Zone(Random random, double[] shared, double scale, int most)
    {
        var own = Walk(random, shared.Length, hours: 2 + (10 * random.NextDouble()));
        var (usual, daily, hour) = (1.2 * random.NextDouble(), 0.5 * random.NextDouble(), 24 * random.NextDouble());
        return [.. own.Select((value, i) =>
        {
            var day = Math.Cos(2 * Math.PI * ((24.0 * i / ValuesPerDay) - hour) / 24);
            var level = scale * (usual + value + (0.6 * shared[i]) + (daily * day));
            return Math.Clamp((int)Math.Ceiling(level), 0, most);
        })];
    }

    /// <summary>A walk that returns to zero over so many hours and stays within about one of it; now and then it jumps.</summary>
    private static double[] Walk(Random random, int length, double hours)
    {
        var walk = new double[length];
        var keep = Math.Exp(-24 / (hours * ValuesPerDay));
        var value = 0.0;
        for (var i = 0; i < length; i++)
        {
            // A value in five moves, so that capacity holds still in between as recorded traces do.
            var step = random.Next(5) == 0 ? Normal(random) * Math.Sqrt(5 * (1 - (keep * keep))) : 0;
            value = (keep * value) + step - (random.NextDouble() < 0.5 / ValuesPerDay ? 1.5 : 0);
            walk[i] = step == 0 && i > 0 ? walk[i - 1] : value;
        }

        return walk;
    }

    /// <summary>Box and Muller's.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
