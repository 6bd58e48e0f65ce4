namespace Sky.Core.Autoscaling.Spot;

/// <summary>Brings the state up to date with what happened since the last decision; the same for all policies.</summary>
internal static class SpotMemory
{
    /// <summary>After this time a loss, and the time it is counted over, weigh half.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromHours(12);

    public static SpotState Observe(SpotSnapshot snapshot)
    {
        var state = snapshot.State;
        var elapsed = state.At is { } at && snapshot.Now > at ? (snapshot.Now - at).TotalSeconds : 0;
        var fade = elapsed > 0 ? Math.Pow(2, -elapsed / HalfLife.TotalSeconds) : 1;
        var ready = snapshot.OnDemandReady;
        var zones = new ZoneMemory[snapshot.Zones.Count];
        for (var i = 0; i < zones.Length; i++)
        {
            var zone = snapshot.Zones[i];
            ready += zone.Ready;
            zones[i] = Observe(Find(state.Zones, i, zone.Zone), zone, snapshot, elapsed, fade);
        }

        return state with { At = snapshot.Now, Zones = zones, EverReady = state.EverReady || (snapshot.Target > 0 && ready >= snapshot.Target) };
    }

    private static ZoneMemory Observe(ZoneMemory memory, ZoneSnapshot zone, SpotSnapshot snapshot, double elapsed, double fade)
    {
        var (launched, refused, lost) = Count(snapshot.Events, zone.Zone);

        // What was lost stood there until then.
        var held = zone.Held > 0 || lost > 0 ? elapsed : 0;
        if (held == 0 && refused == 0 && launched == 0 && memory.Losses == 0 && memory.HeldSeconds == 0 && memory.AvoidedSince is null)
        {
            return memory;
        }

        return memory with
        {
            Losses = (memory.Losses * fade) + (lost > 0 ? 1 : 0),
            HeldSeconds = (memory.HeldSeconds * fade) + held,
            LostAt = lost > 0 ? snapshot.Now : memory.LostAt,
            RefusedAt = refused > 0 ? snapshot.Now : memory.RefusedAt,
            Refusals = refused > 0 ? memory.Refusals + 1 : launched > 0 ? 0 : memory.Refusals,
            AvoidedSince = lost > 0 || refused > 0 ? memory.AvoidedSince ?? snapshot.Now : zone.Held > 0 ? null : memory.AvoidedSince,
        };
    }

    private static (int Launched, int Refused, int Lost) Count(IReadOnlyList<SpotEvent> events, string zone)
    {
        var (launched, refused, lost) = (0, 0, 0);
        for (var i = 0; i < events.Count; i++)
        {
            if (!string.Equals(events[i].Zone, zone, StringComparison.Ordinal))
            {
                continue;
            }

            switch (events[i].Kind)
            {
                case SpotEventKind.Launched:
                    launched += events[i].Count;
                    break;
                case SpotEventKind.LaunchFailed:
                    refused += events[i].Count;
                    break;
                case SpotEventKind.Preempted:
                    lost += events[i].Count;
                    break;
                default:
                    break;
            }
        }

        return (launched, refused, lost);
    }

    /// <summary>Zones come in the same order as a rule, so that the first look finds it.</summary>
    public static ZoneMemory Find(IReadOnlyList<ZoneMemory> zones, int index, string name)
    {
        if (index < zones.Count && string.Equals(zones[index].Zone, name, StringComparison.Ordinal))
        {
            return zones[index];
        }

        for (var i = 0; i < zones.Count; i++)
        {
            if (string.Equals(zones[i].Zone, name, StringComparison.Ordinal))
            {
                return zones[i];
            }
        }

        return new ZoneMemory { Zone = name };
    }
}
