using Sky.Core.Specs;

namespace Sky.Core.Metering;

/// <summary>What tokens cost.</summary>
public static class TokenCost
{
    private const decimal PerTokens = 1_000_000;

    /// <summary>In the currency of <paramref name="prices"/>; 0 where there are none.</summary>
    public static decimal Of(TokenUsage usage, PriceSpec? prices)
    {
        if (prices is null)
        {
            return 0;
        }

        var cached = Math.Min(usage.Cached, usage.Prompt);
        return (((usage.Prompt - cached) * prices.Input) + (cached * (prices.CachedInput ?? prices.Input)) + (usage.Completion * prices.Output)) / PerTokens;
    }
}
