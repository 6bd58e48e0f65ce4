using Sky.Core.Specs;

namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>The terms of the policy <c>auto</c> for one replica, in seconds and before they are weighed (the price: in currency units an hour).</summary>
public sealed record DecisionTerms
{
    public required double Queue { get; init; }

    public required double Prefill { get; init; }

    public required double Network { get; init; }

    public required double Delay { get; init; }

    public required double Balance { get; init; }

    public required double Price { get; init; }

    /// <summary>What the policy compares; the lowest wins.</summary>
    public double Total(AutoWeights weights) =>
        (weights.Queue * Queue) + (weights.Prefill * Prefill) + (weights.Network * Network)
        + (weights.Delay * Delay) + (weights.Balance * Balance) + (weights.Price * Price);
}
