namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// What it is worth to have the target ready: the price at which <see cref="AdaptiveSpot"/> buys off the chance to be short. Three things make it.
/// On a volatile market more falls short whatever is done, and to halve that is worth the same as to halve the little of a calm one; half of that (the root)
/// has proven best. The availability target bounds it: what is safe enough is paid no more. And what is spent on safety stays, over hours, a little below
/// the price of one standing spare, which is what a fixed spare would cost: what a calm time does not need is there for a bad one.
/// </summary>
internal static class ShortfallWorth
{
    /// <summary>In on-demand prices, on a market of the usual volatility.</summary>
    private const double Usual = 90;

    /// <summary>Losses an hour and zone that are usual, and the zone-hours that this opinion weighs.</summary>
    private const double UsualLosses = 0.1;

    private const double UsualHours = 10;

    /// <summary>The most it is worth, in on-demand prices, times the share of time that may be short.</summary>
    private const double MostForTarget = 0.2;

    /// <summary>So many hours of a spare saved double it, so many spent ahead halve it.</summary>
    private const double HoursToDouble = 4;

    private const double MostHours = 8;

    /// <summary>Spare-hours earned in an hour. Below one, so that it ends below the cost of a spare that always stands.</summary>
    private const double Earned = 0.85;

    /// <summary>Where zones have refused and may give again, how much of on-demand's higher price counts as what is to be paid and not as spent on safety.</summary>
    private const double NeededAfterRefusals = 0.5;

    public static double Of(SpotSnapshot snapshot, SpotState state)
    {
        var (losses, hours) = (UsualLosses * UsualHours, UsualHours);
        foreach (var zone in state.Zones)
        {
            losses += zone.Losses;
            hours += zone.HeldSeconds / 3600;
        }

        var market = Math.Sqrt(UsualLosses * hours / losses);
        var worth = Usual * market * Math.Pow(2, state.SpareHours / HoursToDouble);
        return snapshot.OnDemandPrice * Math.Min(worth, MostForTarget / (1 - snapshot.Settings.AvailabilityTarget));
    }

    /// <summary>
    /// The account of spares, brought up to date: 0.85 of a spare's hours are earned by each hour, at what a spare would cost, and spent is what is held
    /// beyond what the target needs.
    /// </summary>
    public static double SpareHours(SpotSnapshot snapshot, SpotState state, ZoneOutlook[] zones)
    {
        if (snapshot.State.At is not { } at || snapshot.Now <= at || zones.Length == 0)
        {
            return state.SpareHours;
        }

        var (spot, price, typical, open, sure) = (0, 0.0, 0.0, false, false);
        for (var zone = 0; zone < zones.Length; zone++)
        {
            spot += snapshot.Zones[zone].Held;
            price += snapshot.Zones[zone].Held * zones[zone].Price;
            typical += zones[zone].Price / zones.Length;
            open |= zones[zone].Open;
            sure |= zones[zone].Sure;
        }

        // What no zone gives has to be on-demand; what is on-demand though a zone would give it is spent on safety.
        var missing = Math.Max(0, snapshot.Target - spot);
        var above = sure ? 0 : open ? NeededAfterRefusals : 1;
        var needed = (spot == 0 ? 0 : price / spot * Math.Min(spot, snapshot.Target)) + (missing * (typical + (above * (snapshot.OnDemandPrice - typical))));

        // A spare that no zone gives would be an on-demand replica, beside spot ones that may be lost.
        var spare = sure || spot == 0 || spot > snapshot.Target ? typical : typical + (above * (snapshot.OnDemandPrice - typical));
        var spent = (price + ((snapshot.OnDemandReady + snapshot.OnDemandStarting) * snapshot.OnDemandPrice) - needed) / typical;
        var hours = (snapshot.Now - at).TotalHours;
        return Math.Clamp((state.SpareHours * Math.Pow(2, -hours / SpotMemory.HalfLife.TotalHours)) + (((Earned * spare / typical) - spent) * hours), -MostHours, MostHours);
    }
}
