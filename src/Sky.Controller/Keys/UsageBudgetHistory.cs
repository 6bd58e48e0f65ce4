using Sky.Core.Keys;
using Sky.Core.Metering;

namespace Sky.Controller.Keys;

/// <summary>What the ledger says that keys have spent, to the hour in which a period begins.</summary>
internal sealed class UsageBudgetHistory(IUsageStore usage) : IBudgetHistory
{
    /// <summary>Budgets count this; nothing is converted.</summary>
    private const string Dollars = "USD";

    public async Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken) =>
        (await usage.UsageAsync(new UsageQuery(since, key.Value), cancellationToken)).Where(row => row.Currency == Dollars).Sum(row => row.Cost);
}
