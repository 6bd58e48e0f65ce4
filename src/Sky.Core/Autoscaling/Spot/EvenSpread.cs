namespace Sky.Core.Autoscaling.Spot;

/// <summary>What is missing goes where fewest stand, whatever happened there before.</summary>
internal sealed class EvenSpread : ISpotPolicy
{
    public string Name => "even_spread";

    public SpotDecision Decide(SpotSnapshot snapshot, Random random)
    {
        var holdings = new Holdings(snapshot.Zones);
        var wanted = OnDemandFallback.SpotWanted(snapshot);
        holdings.Shrink(wanted);
        while (holdings.Total < wanted && snapshot.Zones.Count > 0)
        {
            var fewest = 0;
            for (var i = 1; i < snapshot.Zones.Count; i++)
            {
                fewest = holdings[i] < holdings[fewest] ? i : fewest;
            }

            holdings.Add(fewest);
        }

        return new SpotDecision
        {
            Spot = holdings.Counts,
            OnDemand = OnDemandFallback.Wanted(snapshot, holdings.Total, spares: 0),
            State = SpotMemory.Observe(snapshot),
        };
    }
}
