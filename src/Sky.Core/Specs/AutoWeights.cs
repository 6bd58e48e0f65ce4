namespace Sky.Core.Specs;

/// <summary>What the terms of the score of the policy <c>auto</c> weigh; each term is in seconds. 0 takes a term out.</summary>
public sealed record AutoWeights
{
    /// <summary>Of the wait until the prompt is begun.</summary>
    public double Queue { get; init; } = 1;

    /// <summary>Of the computing of what is not cached.</summary>
    public double Prefill { get; init; } = 1;

    /// <summary>Of the way there and back.</summary>
    public double Network { get; init; } = 1;

    /// <summary>Of the delay that this prompt brings to those that will come after it.</summary>
    public double Delay { get; init; } = 1;

    /// <summary>Of what a replica was given lately beyond the mean of all, each second of it, times the share of the time that replicas are busy.</summary>
    public double Balance { get; init; } = 0.2;

    /// <summary>Of each currency unit an hour that a replica costs beyond the cheapest.</summary>
    public double Price { get; init; } = 0.01;
}
