namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// How soon zones take replicas away, from what was seen of them. Two things add up: the zone's own rate (losses over time held, with a prior of one loss in
/// two hours that weighs two hours: the mean of a gamma posterior, so that a zone that lasts is trusted more and more), and <see cref="Aftershocks"/> of losses
/// there and elsewhere.
/// </summary>
internal static class ZoneHazard
{
    private const double PriorLosses = 1;
    private const double PriorSeconds = 7200;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    public static ZoneOutlook[] Outlook(SpotSnapshot snapshot, SpotState state)
    {
        var horizon = (snapshot.ColdStart + snapshot.Interval).TotalSeconds;
        var felt = Aftershocks.Elsewhere(state.Aftershocks) * Aftershocks.Rate(state, snapshot.Now);
        var sameZone = Aftershocks.SameZone(state.Aftershocks);
        var outlook = new ZoneOutlook[state.Zones.Count];
        for (var i = 0; i < outlook.Length; i++)
        {
            var zone = state.Zones[i];
            var rate = OwnRate(zone) + felt + (sameZone * Aftershocks.Rate(zone, snapshot.Now));
            outlook[i] = new ZoneOutlook(
                snapshot.Zones[i].Price,
                1 - Math.Exp(-rate * horizon),
                zone.Refusals == 0 || snapshot.Now - zone.RefusedAt >= RetryAfter(zone.Refusals),
                zone.Refusals == 0 && zone.LostAt != snapshot.Now);
        }

        return outlook;
    }

    /// <summary>Losses a second to be expected of the zone apart from aftershocks.</summary>
    public static double OwnRate(ZoneMemory zone) => (PriorLosses + zone.Losses) / (PriorSeconds + zone.HeldSeconds);

    /// <summary>An empty zone is asked again after a minute, then two, four, and every five.</summary>
    private static TimeSpan RetryAfter(int refusals) => FirstRetry * Math.Min(LastRetry / FirstRetry, Math.Pow(2, refusals - 1));
}
