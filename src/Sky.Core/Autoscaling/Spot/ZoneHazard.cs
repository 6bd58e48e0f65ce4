namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// How soon zones take replicas away, from what was seen of them. Two things add up: the zone's own rate (losses over time held, with a prior of one loss an
/// hour that weighs one hour: the mean of a gamma posterior, so that a zone that lasts is trusted more and more), and aftershocks, which fall with the time
/// since the last loss as after earthquakes (Omori's law): capacity goes in steps, and what came back is often gone again soon. Losses of one zone are felt
/// in the others, a fifth as much, because some are of the whole market.
/// </summary>
internal static class ZoneHazard
{
    private const double PriorLosses = 1;
    private const double PriorSeconds = 3600;
    private const double Aftershocks = 0.5;
    private const double AftershockDelaySeconds = 120;
    private const double FeltElsewhere = 0.2;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    public static ZoneOutlook[] Outlook(SpotSnapshot snapshot, SpotState state)
    {
        var horizon = (snapshot.ColdStart + snapshot.Interval).TotalSeconds;
        var felt = 0.0;
        foreach (var zone in state.Zones)
        {
            felt += FeltElsewhere * Aftershock(zone, snapshot.Now);
        }

        var outlook = new ZoneOutlook[state.Zones.Count];
        for (var i = 0; i < outlook.Length; i++)
        {
            var zone = state.Zones[i];
            var own = (PriorLosses + zone.Losses) / (PriorSeconds + zone.HeldSeconds);
            var rate = own + felt + ((1 - FeltElsewhere) * Aftershock(zone, snapshot.Now));
            outlook[i] = new ZoneOutlook(
                snapshot.Zones[i].Price,
                1 - Math.Exp(-rate * horizon),
                zone.Refusals == 0 || snapshot.Now - zone.RefusedAt >= RetryAfter(zone.Refusals),
                zone.Refusals == 0 && zone.LostAt != snapshot.Now);
        }

        return outlook;
    }

    /// <summary>An empty zone is asked again after a minute, then two, four, and every five.</summary>
    private static TimeSpan RetryAfter(int refusals) => FirstRetry * Math.Min(LastRetry / FirstRetry, Math.Pow(2, refusals - 1));

    /// <summary>Losses a second to be expected on top.</summary>
    private static double Aftershock(ZoneMemory zone, DateTimeOffset now) =>
        zone.LostAt is { } at ? Aftershocks / ((now - at).TotalSeconds + AftershockDelaySeconds) : 0;
}
