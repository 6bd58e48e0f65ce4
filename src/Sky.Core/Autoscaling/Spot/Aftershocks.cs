namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// Losses that follow losses. They come at a rate that falls with the time since the last one, as after earthquakes (Omori's law); how strong it is differs
/// among markets and is learnt: the mean of a gamma posterior, in which a loss counts as far as the aftershock rate made it likely beside the zone's own rate
/// (as in the EM algorithm for self-exciting processes). Zones that fall at the same look have a cause in common, which speaks for more to come elsewhere.
/// </summary>
internal static class Aftershocks
{
    /// <summary>The opinion before anything was seen: how strong, and how much exposure it weighs.</summary>
    private const double SameZoneAtFirst = 0.45;
    private const double SameZoneWeight = 2;
    private const double ElsewhereAtFirst = 0.05;
    private const double ElsewhereWeight = 1;

    /// <summary>What one more zone that falls at the same look counts.</summary>
    private const double FallTogether = 0.5;

    /// <summary>Omori's constant: until then the rate hardly falls.</summary>
    private const double DelaySeconds = 240;

    /// <summary>Character lasts longer than a zone's luck.</summary>
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(48);

    public static double SameZone(AftershockMemory memory) =>
        ((SameZoneAtFirst * SameZoneWeight) + memory.SameZone) / (SameZoneWeight + memory.SameZoneExposure);

    public static double Elsewhere(AftershockMemory memory) =>
        ((ElsewhereAtFirst * ElsewhereWeight) + memory.Elsewhere) / (ElsewhereWeight + memory.ElsewhereExposure);

    /// <summary>Aftershocks a second of strength one, in the zone itself.</summary>
    public static double Rate(ZoneMemory zone, DateTimeOffset now) => zone.LostAt is { } at ? 1 / ((now - at).TotalSeconds + DelaySeconds) : 0;

    /// <summary>Of all zones together.</summary>
    public static double Rate(SpotState state, DateTimeOffset now)
    {
        var sum = 0.0;
        for (var i = 0; i < state.Zones.Count; i++)
        {
            sum += Rate(state.Zones[i], now);
        }

        return sum;
    }

    /// <param name="snapshot">What there is, with the state before.</param>
    /// <param name="state">The state that <see cref="SpotMemory"/> has brought up to date.</param>
    public static AftershockMemory Learn(SpotSnapshot snapshot, SpotState state)
    {
        var before = snapshot.State;
        var memory = before.Aftershocks;
        if (before.At is not { } at || snapshot.Now <= at)
        {
            return memory;
        }

        var (elapsed, all) = ((snapshot.Now - at).TotalSeconds, Rate(before, at));
        var (same, elsewhere, exposed, exposedElsewhere, fallen) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var i = 0; i < state.Zones.Count; i++)
        {
            var lost = state.Zones[i].LostAt == snapshot.Now;
            if (!lost && (all == 0 || snapshot.Zones[i].Held == 0))
            {
                continue;
            }

            var zone = SpotMemory.Find(before.Zones, i, state.Zones[i].Zone);
            var own = Rate(zone, at);
            exposed += own * elapsed;
            exposedElsewhere += (all - own) * elapsed;
            if (lost)
            {
                var (here, there) = (SameZone(memory) * own, Elsewhere(memory) * (all - own));
                var whole = ZoneHazard.OwnRate(zone) + here + there;
                same += here / whole;
                elsewhere += (there / whole) + (fallen++ > 0 ? FallTogether : 0);
            }
        }

        return Fade(memory, elapsed, same, exposed, elsewhere, exposedElsewhere);
    }

    private static AftershockMemory Fade(AftershockMemory memory, double elapsed, double same, double exposed, double elsewhere, double exposedElsewhere)
    {
        if (memory == AftershockMemory.None && same + exposed + elsewhere + exposedElsewhere == 0)
        {
            return memory;
        }

        var fade = Math.Pow(2, -elapsed / HalfLife.TotalSeconds);
        return new AftershockMemory
        {
            SameZone = (memory.SameZone * fade) + same,
            SameZoneExposure = (memory.SameZoneExposure * fade) + exposed,
            Elsewhere = (memory.Elsewhere * fade) + elsewhere,
            ElsewhereExposure = (memory.ElsewhereExposure * fade) + exposedElsewhere,
        };
    }
}
