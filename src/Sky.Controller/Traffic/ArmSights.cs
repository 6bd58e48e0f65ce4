using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Traffic;

/// <summary>Reads what is known of arms.</summary>
internal static class ArmSights
{
    public static async Task<IReadOnlyDictionary<int, ArmSight>> SightsAsync(
        this IExperimentStore experiments, ServiceName service, int generation, CancellationToken cancellationToken)
    {
        var totals = await experiments.ArmsAsync(service, generation, cancellationToken);
        var feedback = await experiments.FeedbackAsync(service, generation, cancellationToken);
        return totals.Keys.Union(feedback.Keys).ToDictionary(
            version => version, version => new ArmSight(totals.GetValueOrDefault(version, ArmTotals.None), feedback.GetValueOrDefault(version)));
    }
}
