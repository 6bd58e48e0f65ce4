namespace Sky.Core.Simulation.Spot;

/// <summary>What several zones could have given in each tick of the time all of them were recorded.</summary>
public sealed class SpotTrace
{
    /// <summary>Seconds of one tick.</summary>
    public const int TickSeconds = 30;

    /// <summary>Stands for "as many as asked"; above any target.</summary>
    public const int Unlimited = 1_000_000;

    private SpotTrace(IReadOnlyList<string> zones, int[][] capacity)
    {
        Zones = zones;
        Capacity = capacity;
        Ticks = capacity.Length == 0 ? 0 : capacity.Min(zone => zone.Length);
    }

    public IReadOnlyList<string> Zones { get; }

    /// <summary>Ticks that all zones have; what some have beyond is left out.</summary>
    public int Ticks { get; }

    /// <summary>The zone with the fewest ticks.</summary>
    public string Shortest => Zones[Array.FindIndex(Capacity, zone => zone.Length == Ticks)];

    /// <summary>By zone and tick: instances that could be held through the whole of the tick.</summary>
    internal int[][] Capacity { get; }

    /// <summary>Puts zones together. Where no value of any zone is above 1, each was one probe, and 1 means as many as asked.</summary>
    public static SpotTrace Of(IReadOnlyList<ZoneTrace> zones)
    {
        var probes = zones.All(zone => zone.Values.All(value => value <= 1));
        return new SpotTrace([.. zones.Select(zone => zone.Zone)], [.. zones.Select(zone => Expand(zone, probes))]);
    }

    private static int[] Expand(ZoneTrace zone, bool probes)
    {
        var ticks = new int[(int)Math.Min(int.MaxValue / 2, zone.Values.Count * zone.GapSeconds / TickSeconds)];
        for (var tick = 0; tick < ticks.Length; tick++)
        {
            // A tick that lies across several values can be held only as far as each of them allows.
            var first = (int)(tick * TickSeconds / zone.GapSeconds);
            var last = Math.Max(first, (int)Math.Ceiling((tick + 1) * TickSeconds / zone.GapSeconds) - 1);
            var least = int.MaxValue;
            for (var i = first; i <= last && i < zone.Values.Count; i++)
            {
                least = Math.Min(least, zone.Values[i]);
            }

            ticks[tick] = probes && least == 1 ? Unlimited : Math.Min(least, Unlimited);
        }

        return ticks;
    }
}
