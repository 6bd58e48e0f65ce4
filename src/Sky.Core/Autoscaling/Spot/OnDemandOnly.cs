namespace Sky.Core.Autoscaling.Spot;

/// <summary>No spot at all: what every saving is measured against.</summary>
internal sealed class OnDemandOnly : ISpotPolicy
{
    public string Name => "on_demand";

    public SpotDecision Decide(SpotSnapshot snapshot, Random random) => new()
    {
        Spot = new int[snapshot.Zones.Count],
        OnDemand = snapshot.Target,
        State = SpotMemory.Observe(snapshot),
    };
}
