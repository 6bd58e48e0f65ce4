namespace Sky.Core.Simulation.Spot;

/// <summary>What one policy came to over all windows.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="ByPlacement">The means over all windows, one for each placement seed; in all results of one simulation the same windows and seeds.</param>
public sealed record SpotResult(string Policy, IReadOnlyList<SpotOutcome> ByPlacement)
{
    /// <summary>The mean over windows and placement seeds.</summary>
    public SpotOutcome Mean => MeanOf(ByPlacement);

    internal static SpotOutcome MeanOf(IReadOnlyCollection<SpotOutcome> outcomes) => new(
        outcomes.Average(outcome => outcome.Availability),
        outcomes.Average(outcome => outcome.Cost),
        outcomes.Average(outcome => outcome.Launches),
        outcomes.Average(outcome => outcome.Preemptions));
}
