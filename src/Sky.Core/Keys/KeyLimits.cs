namespace Sky.Core.Keys;

/// <summary>How much the holder of a key may use, over all gateways together. Null: as much as there is.</summary>
public sealed record KeyLimits
{
    public static readonly KeyLimits None = new();

    public long? RequestsPerMinute { get; init; }

    /// <summary>Tokens of prompts and answers together.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>Requests in flight at one time, waiting ones included.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Money in US dollars, in each <see cref="BudgetPeriod"/>.</summary>
    public decimal? Budget { get; init; }

    public BudgetPeriod BudgetPeriod { get; init; } = BudgetPeriod.Month;
}
