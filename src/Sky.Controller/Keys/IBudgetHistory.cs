using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>What keys have spent before this run of the controller.</summary>
internal interface IBudgetHistory
{
    /// <summary>US dollars of settled requests since <paramref name="since"/>.</summary>
    Task<decimal> SpentAsync(KeyId key, DateTimeOffset since, CancellationToken cancellationToken);
}
