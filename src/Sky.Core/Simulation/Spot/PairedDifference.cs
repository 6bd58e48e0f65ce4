namespace Sky.Core.Simulation.Spot;

/// <summary>
/// One policy less another, placement seed by placement seed over the same windows. Windows overlap, so that they are no independent samples: what varies
/// here is only chance and the order of zones, and no interval for other days is claimed.
/// </summary>
/// <param name="Mean">Over the seeds.</param>
/// <param name="Least">Of the seeds.</param>
/// <param name="Most">Of the seeds.</param>
public readonly record struct PairedDifference(double Mean, double Least, double Most)
{
    public static PairedDifference Of(SpotResult policy, SpotResult other, Func<SpotOutcome, double> of)
    {
        var differences = policy.ByPlacement.Zip(other.ByPlacement, (one, two) => of(one) - of(two)).ToList();
        return new PairedDifference(differences.Average(), differences.Min(), differences.Max());
    }
}
