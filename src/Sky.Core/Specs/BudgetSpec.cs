using Sky.Core.Keys;

namespace Sky.Core.Specs;

/// <summary>What the nodes of a service may cost before it gets no more of them.</summary>
public sealed record BudgetSpec
{
    /// <summary>US dollars, above zero.</summary>
    public required double Usd { get; init; }

    public BudgetPeriod Per { get; init; }
}
