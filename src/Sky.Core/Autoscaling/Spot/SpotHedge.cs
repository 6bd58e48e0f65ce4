namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// SpotHedge (Mao et al., "SkyServe: Serving AI Models across Regions and Clouds with Spot Instances", EuroSys 2025): a fixed number of spares, spread over
/// zones that did not take or refuse replicas of late, and on-demand replicas for every spot one, spares included, that is not ready. It differs from there
/// in what costs and does not help: no on-demand replica for a spare that is starting already, none at the very first start unless spot is refused, a zone
/// is avoided for a time and not until hardly any other is left, and among zones of different prices the cheaper is taken.
/// </summary>
internal sealed class SpotHedge : ISpotPolicy
{
    /// <summary>Then a zone is tried again, though others are left.</summary>
    public static readonly TimeSpan AvoidedFor = TimeSpan.FromHours(2);

    public string Name => "spot_hedge";

    public SpotDecision Decide(SpotSnapshot snapshot, Random random)
    {
        var state = Forgive(SpotMemory.Observe(snapshot), snapshot.Now);
        var holdings = new Holdings(snapshot.Zones);
        var wanted = OnDemandFallback.SpotWanted(snapshot);
        holdings.Shrink(wanted);
        while (holdings.Total < wanted && snapshot.Zones.Count > 0)
        {
            holdings.Add(Next(state, snapshot.Zones, holdings, random));
        }

        var onDemand = OnDemandFallback.Wanted(snapshot, holdings.Total, OnDemandFallback.Spares(snapshot));
        return new SpotDecision { Spot = holdings.Counts, OnDemand = onDemand, State = state };
    }

    /// <summary>All zones are free again when hardly one is left: one of four and more, none of three and fewer. So at least one is.</summary>
    private static SpotState Forgive(SpotState state, DateTimeOffset now)
    {
        var (free, old) = (0, 0);
        foreach (var zone in state.Zones)
        {
            free += zone.AvoidedSince is null ? 1 : 0;
            old += IsOld(zone, now) ? 1 : 0;
        }

        var all = free + old <= Math.Max(0, Math.Min(1, state.Zones.Count - 3));
        return !all && old == 0
            ? state
            : state with { Zones = [.. state.Zones.Select(zone => all || IsOld(zone, now) ? zone with { AvoidedSince = null } : zone)] };
    }

    private static bool IsOld(ZoneMemory zone, DateTimeOffset now) => zone.AvoidedSince is { } since && now - since >= AvoidedFor;

    /// <summary>Of the zones that are not avoided: one where none stand, else any; of these one of the cheapest.</summary>
    private static int Next(SpotState state, IReadOnlyList<ZoneSnapshot> zones, Holdings holdings, Random random)
    {
        var (best, equal) = (-1, 0);
        for (var i = 0; i < zones.Count; i++)
        {
            if (state.Zones[i].AvoidedSince is not null)
            {
                continue;
            }

            var order = best < 0 ? -1 : Rank(i).CompareTo(Rank(best));
            equal = order < 0 ? 1 : equal + (order == 0 ? 1 : 0);
            if (order < 0 || (order == 0 && random.Next(equal) == 0))
            {
                best = i;
            }
        }

        return best;

        // Once all are used, the price decides no longer, or all that follow would go to the cheapest zone.
        (bool Used, double Price) Rank(int zone) => AllUsed() ? (true, 0) : (holdings[zone] > 0, zones[zone].Price);

        bool AllUsed()
        {
            for (var i = 0; i < zones.Count; i++)
            {
                if (state.Zones[i].AvoidedSince is null && holdings[i] == 0)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
