using System.Globalization;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Traffic.Canaries;

/// <summary>
/// Decides what a canary does next; pure. It goes back as soon as it is known to be worse in one respect by more than is tolerated: the range of the difference,
/// which may be looked at at any time, lies above the tolerance. The chance of going back with a version that is not that much worse is at most
/// <see cref="Alpha"/> over all its shares and metrics together. It is raised when its share has lasted long enough and both versions had enough requests to tell something.
/// </summary>
public static class CanaryDecision
{
    public const double Alpha = 0.05;

    /// <summary>Requests of each version without which a share says nothing.</summary>
    public const long FewestRequests = 20;

    /// <param name="service">As stored, with a canary.</param>
    /// <param name="arms">What is known of each version in the present division.</param>
    /// <param name="now">The present time.</param>
    public static CanaryMove Next(ServiceRecord service, IReadOnlyDictionary<int, ArmSight> arms, DateTimeOffset now)
    {
        var canary = service.Canary!;
        if (service.Progress(canary.Version) is { FailedAt: not null } given)
        {
            return new CanaryMove.GoBack(given.FailedReason ?? "it was given up");
        }

        if (service.Traffic is not { } split || !split.InForce.SequenceEqual(split.Weights))
        {
            return new CanaryMove.Wait($"the replicas for {canary.Percent()}%", null);
        }

        if (canary.StepSince is not { } since)
        {
            return new CanaryMove.Begin();
        }

        var (one, other) = (arms.GetValueOrDefault(canary.Version, ArmSight.None), arms.GetValueOrDefault(canary.Baseline, ArmSight.None));
        var steps = CanaryState.Steps(canary.Spec).Count;
        var alpha = Alpha / (steps * canary.Spec.Metrics.Count);
        foreach (var metric in canary.Spec.Metrics)
        {
            var tolerated = canary.Spec.Tolerated(metric);
            if (ArmComparison.IsWorse(metric, one, other, tolerated, alpha))
            {
                var comparison = ArmComparison.Of(metric, canary.Version, one, canary.Baseline, other, alpha);
                return new CanaryMove.GoBack(
                    $"{metric} is worse than version {canary.Baseline}'s by more than {Tolerance.Text(metric, tolerated)}: {Text(comparison)} after {one.Totals.Requests} requests");
            }
        }

        var due = since.AddSeconds(canary.Spec.PromoteAfterSeconds);
        if (now < due)
        {
            return new CanaryMove.Wait($"{canary.Percent()}% to last until {due.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}", due);
        }

        if (Math.Min(one.Totals.Requests, other.Totals.Requests) is var fewest && fewest < FewestRequests)
        {
            return new CanaryMove.Wait($"{FewestRequests} requests to each version at {canary.Percent()}%; the one with fewest had {fewest}", null);
        }

        return canary.Step + 1 < steps ? new CanaryMove.Raise() : new CanaryMove.Promote();
    }

    private static string Text(Comparison comparison) => comparison.As == "ratio"
        ? string.Create(CultureInfo.InvariantCulture, $"{comparison.Seen.Value:0.##} times, at least {comparison.Seen.Low:0.##}")
        : string.Create(CultureInfo.InvariantCulture, $"{comparison.Seen.Value:+0.####;-0.####} ({comparison.Seen.Low:0.####} to {comparison.Seen.High:0.####})");
}
