namespace Sky.Core.Autoscaling.Spot;

/// <summary>All policies, by name.</summary>
public static class SpotPolicies
{
    /// <summary>None keeps anything between decisions, so that one of each serves all.</summary>
    public static IReadOnlyList<ISpotPolicy> All { get; } = [new SpotHedge(), new AdaptiveSpot(), new OnDemandOnly(), new EvenSpread(), new RoundRobin()];

    /// <summary>The policy of that name; null for none.</summary>
    public static ISpotPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);
}
