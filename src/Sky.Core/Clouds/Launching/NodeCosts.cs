namespace Sky.Core.Clouds.Launching;

/// <summary>What nodes cost, reckoned from when they were bought and given back and from what they were offered for. Clouds' bills count more: disks, traffic, taxes.</summary>
public static class NodeCosts
{
    /// <summary>Hours of a month of 30 days, for what is projected.</summary>
    public const double HoursOfAMonth = 30 * 24;

    /// <summary>One row for each replica, kind and place that were paid for between two times, in the order they were first bought.</summary>
    /// <param name="launches">Oldest first.</param>
    /// <param name="since">From then on.</param>
    /// <param name="now">Until now.</param>
    public static IReadOnlyList<NodeCost> Between(IEnumerable<NodeLaunch> launches, DateTimeOffset since, DateTimeOffset now) =>
    [
        .. from launch in launches
        where launch.LaunchedAt is not null && (launch.EndedAt ?? now) > since
        let offering = launch.Request.Offering
        group launch by (launch.Replica, offering.Cloud, offering.Region, offering.Zone, offering.InstanceType, offering.UseSpot) into same
        let hours = same.Select(launch => Hours(launch, since, now)).ToList()
        select new NodeCost
        {
            Service = same.Key.Replica?.Service,
            Replica = same.Key.Replica?.Id,
            Cloud = same.Key.Cloud,
            Region = same.Key.Region,
            Zone = same.Key.Zone,
            InstanceType = same.Key.InstanceType,
            UseSpot = same.Key.UseSpot,
            Hours = hours.Sum(),
            Spent = Sum(same.Zip(hours, (launch, paid) => launch.Request.Offering.HourlyCost * paid)),
            Hourly = Sum(same.Where(launch => launch.EndedAt is null).Select(launch => launch.Request.Offering.HourlyCost)),
        },
    ];

    /// <summary>Null where any is: what is not known makes the sum unknown.</summary>
    public static double? Sum(IEnumerable<double?> amounts) => amounts.Aggregate((double?)0, (sum, amount) => sum + amount);

    private static double Hours(NodeLaunch launch, DateTimeOffset since, DateTimeOffset now)
    {
        var from = launch.LaunchedAt > since ? launch.LaunchedAt.Value : since;
        return Math.Max(0, ((launch.EndedAt ?? now) - from).TotalHours);
    }
}
