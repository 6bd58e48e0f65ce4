namespace Sky.Core.Autoscaling.Spot;

/// <summary>Each launch goes to the next zone, whatever happened there before.</summary>
internal sealed class RoundRobin : ISpotPolicy
{
    public string Name => "round_robin";

    public SpotDecision Decide(SpotSnapshot snapshot, Random random)
    {
        var holdings = new Holdings(snapshot.Zones);
        var wanted = OnDemandFallback.SpotWanted(snapshot);
        holdings.Shrink(wanted);
        var next = snapshot.State.NextZone;
        while (holdings.Total < wanted && snapshot.Zones.Count > 0)
        {
            next %= snapshot.Zones.Count;
            holdings.Add(next++);
        }

        return new SpotDecision
        {
            Spot = holdings.Counts,
            OnDemand = OnDemandFallback.Wanted(snapshot, holdings.Total, spares: 0),
            State = SpotMemory.Observe(snapshot) with { NextZone = next },
        };
    }
}
