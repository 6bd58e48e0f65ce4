using Sky.Core.Services;
using Sky.Core.Traffic.Inference;

namespace Sky.Core.Traffic.Experiments;

/// <summary>Puts the arms of a division side by side; pure.</summary>
public static class Experiment
{
    public const double Alpha = 0.05;

    /// <param name="service">The service.</param>
    /// <param name="arms">What is known of each version in its present division, or the last one.</param>
    public static ExperimentView Of(ServiceRecord service, IReadOnlyDictionary<int, ArmSight> arms)
    {
        var split = Running(service);
        List<int> versions = [.. arms.Keys.Concat((split?.Weights ?? []).Select(arm => arm.Version)).Distinct().Order()];
        if (split?.Mirror is { } mirror && !versions.Contains(mirror.Version))
        {
            versions.Add(mirror.Version);
        }

        var baseline = BaselineOf(service, versions, arms);
        return new ExperimentView
        {
            Service = service.Name.Value,
            Generation = service.TrafficGenerations,
            Running = split is not null,
            Since = split?.Since,
            Confidence = 1 - Alpha,
            Arms = [.. versions.Select(version => View(split, version, baseline, arms.GetValueOrDefault(version, ArmSight.None)))],
            Comparisons =
            [
                .. from version in versions
                   where version != baseline && arms.ContainsKey(version) && arms.ContainsKey(baseline)
                   from metric in ArmMetrics.All
                   let comparison = ArmComparison.Of(metric, version, arms[version], baseline, arms[baseline], Alpha)
                   where comparison.Seen.Value is not null
                   select comparison,
            ],
        };
    }

    private static TrafficSplit? Running(ServiceRecord service) => service.Traffic is { Compares: true } split ? split : null;

    /// <summary>The heaviest, among equals the oldest; of a division that is over the one with most requests.</summary>
    private static int BaselineOf(ServiceRecord service, IReadOnlyList<int> versions, IReadOnlyDictionary<int, ArmSight> arms) =>
        Running(service) is { } split
            ? split.Weights.OrderByDescending(arm => arm.Percent).ThenBy(arm => arm.Version).First().Version
            : versions.OrderByDescending(version => arms.GetValueOrDefault(version)?.Totals.Requests ?? 0).ThenBy(version => version).FirstOrDefault();

    private static ArmView View(TrafficSplit? split, int version, int baseline, ArmSight sight)
    {
        var totals = sight.Totals;
        return new ArmView
        {
            Version = version,
            Baseline = version == baseline,
            Mirror = split?.Mirror?.Version == version,
            Weight = split?.Weights.FirstOrDefault(arm => arm.Version == version).Percent ?? 0,
            Requests = totals.Requests,
            Errors = totals.Errors,
            Aborted = totals.Aborted,
            NotMirrored = totals.NotMirrored,
            ErrorRate = Proportion(totals.Errors, totals.Requests),
            TtftP50 = Quantile(totals.FirstToken, 0.5),
            TtftP95 = Quantile(totals.FirstToken, 0.95),
            LatencyP50 = Quantile(totals.Latency, 0.5),
            LatencyP95 = Quantile(totals.Latency, 0.95),
            LatencyMean = Mean(totals.LatencySeconds),
            PromptTokens = Mean(totals.PromptTokens),
            CompletionTokens = Mean(totals.CompletionTokens),
            Cost = Mean(totals.Cost),
            Currency = totals.Currency,
            FeedbackCount = sight.Feedback.Count,
            Feedback = Proportion(sight.Feedback.Sum, sight.Feedback.Count),
        };
    }

    private static Estimate Proportion(double sum, long count) => count == 0 ? new Estimate() : Estimate(sum / count, ProportionTest.Of(sum, count, Alpha));

    private static Estimate Quantile(LatencyCounts counts, double share) =>
        counts.Quantile(share) is { } value ? Estimate(value, QuantileTest.Of(counts, share, Alpha)) : new Estimate();

    private static Estimate Mean(Moments values) => values.Mean() is { } mean ? Estimate(mean, MeanTest.Of(values, Alpha)) : new Estimate();

    private static Estimate Estimate(double value, Interval range) => new() { Value = value, Low = range.Low, High = range.High };
}
