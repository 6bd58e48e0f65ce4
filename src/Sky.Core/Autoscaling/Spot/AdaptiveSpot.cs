namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// Ours: holds what costs least, counting the chance to be short of the target at what it is worth (<see cref="ShortfallWorth"/>). From that alone follow the
/// number of spares, where they stand, when on-demand replicas are launched ahead of a loss, and when a volatile market is left altogether.
/// </summary>
internal sealed class AdaptiveSpot : ISpotPolicy
{
    public string Name => "adaptive";

    public SpotDecision Decide(SpotSnapshot snapshot, Random random)
    {
        var state = SpotMemory.Observe(snapshot);
        state = state with { Aftershocks = Aftershocks.Learn(snapshot, state) };
        var zones = ZoneHazard.Outlook(snapshot, state);
        state = state with { SpareHours = ShortfallWorth.SpareHours(snapshot, state, zones) };
        var worth = ShortfallWorth.Of(snapshot, state);
        var plan = new AdaptivePlan(snapshot, zones, worth);
        plan.Search(random);
        var spot = KeepUntilReplaced(snapshot, plan.Spot, plan.OnDemand);
        var onDemand = OnDemand(snapshot, state, plan, spot);
        if (!state.EverReady)
        {
            AskForMore(snapshot, spot);
        }

        return new SpotDecision { Spot = spot, OnDemand = onDemand, State = state, Risk = plan.Risk(spot, onDemand) };
    }

    /// <summary>
    /// As long as nothing is known of the zones, some of them will refuse: more are asked at the first look than are needed, and kept until the target is
    /// ready, because a service that starts is short in every minute that a second try takes.
    /// </summary>
    private static void AskForMore(SpotSnapshot snapshot, int[] spot)
    {
        var more = AdaptivePlan.MostSpares(snapshot.Target);
        var first = snapshot.State.At is null;
        var keeps = !first && snapshot.SpotHeld <= snapshot.Target + (2 * more);
        for (var zone = 0; zone < spot.Length; zone++)
        {
            if (first && spot[zone] == 0 && more > 0)
            {
                spot[zone]++;
                more--;
            }

            spot[zone] = keeps ? Math.Max(spot[zone], snapshot.Zones[zone].Held) : spot[zone];
        }
    }

    /// <summary>What is ready and given up goes when what replaces it is ready.</summary>
    private static int[] KeepUntilReplaced(SpotSnapshot snapshot, int[] spot, int onDemand)
    {
        var missing = onDemand - snapshot.OnDemandReady;
        for (var zone = 0; zone < spot.Length; zone++)
        {
            missing += spot[zone] - Math.Min(spot[zone], snapshot.Zones[zone].Ready);
        }

        for (var zone = 0; zone < spot.Length && missing > 0; zone++)
        {
            var kept = Math.Clamp(snapshot.Zones[zone].Ready - spot[zone], 0, missing);
            spot[zone] += kept;
            missing -= kept;
        }

        return spot;
    }

    private static int OnDemand(SpotSnapshot snapshot, SpotState state, AdaptivePlan plan, int[] spot)
    {
        var held = snapshot.OnDemandReady + snapshot.OnDemandStarting;
        var wanted = plan.OnDemand;
        var standing = 0;
        var ready = new int[spot.Length];
        for (var zone = 0; zone < spot.Length; zone++)
        {
            standing += Math.Min(snapshot.Zones[zone].Held, spot[zone]);
            ready[zone] = Math.Min(snapshot.Zones[zone].Ready, spot[zone]);
        }

        if (state.EverReady)
        {
            // What was only asked for may be refused: until it is launched, on-demand fills what is short already.
            wanted = Math.Max(wanted, Math.Min(snapshot.Target, snapshot.Target - standing));
        }

        return held > wanted ? plan.OnDemandBeside(ready, wanted, held) : wanted;
    }
}
