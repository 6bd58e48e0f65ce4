namespace Sky.Core.Metering;

/// <summary>Adds usage up.</summary>
public static class UsageSums
{
    /// <summary>One row for each hour, key, service, model, version and currency.</summary>
    public static IReadOnlyList<UsageRow> ByHour(IEnumerable<Settlement> settlements) => Sum(settlements.Select(Row));

    /// <summary>The rows without their hours: each in the first of them.</summary>
    public static IReadOnlyList<UsageRow> Total(IReadOnlyCollection<UsageRow> rows)
    {
        var first = rows.Count == 0 ? default : rows.Min(row => row.Hour);
        return Sum(rows.Select(row => row with { Hour = first }));
    }

    /// <summary>One row of all that are of the same.</summary>
    public static IReadOnlyList<UsageRow> Sum(IEnumerable<UsageRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Hour, row.Key, row.Service, row.Model, row.Version, row.Currency))
            .Select(group => group.Aggregate(Plus))
            .OrderBy(row => row.Hour).ThenBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Service)
            .ThenBy(row => row.Model, StringComparer.Ordinal).ThenBy(row => row.Version).ThenBy(row => row.Currency, StringComparer.Ordinal),
    ];

    private static UsageRow Plus(UsageRow a, UsageRow b) => a with
    {
        Usage = new TokenUsage(a.Usage.Prompt + b.Usage.Prompt, a.Usage.Cached + b.Usage.Cached, a.Usage.Completion + b.Usage.Completion),
        Cost = a.Cost + b.Cost,
        Requests = a.Requests.Plus(b.Requests),
    };

    private static UsageRow Row(Settlement settlement)
    {
        var at = settlement.At.ToUniversalTime();
        return new UsageRow
        {
            Hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero),
            Key = settlement.Key,
            Service = settlement.Service,
            Model = settlement.Model,
            Version = settlement.Version,
            Currency = settlement.Currency,
            Usage = settlement.Usage,
            Cost = settlement.Cost,
            Requests = SettlementCounts.Of(settlement.Kind),
        };
    }
}
