using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>Where usage is kept nowhere: every run of the controller begins with full budgets.</summary>
internal sealed class NoBudgetHistory : IBudgetHistory
{
    public Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(0m);
}
