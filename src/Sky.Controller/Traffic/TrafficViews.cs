using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Canaries;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Traffic;

/// <summary>What people are shown of how requests are divided; pure.</summary>
internal static class TrafficViews
{
    /// <param name="stored">The service.</param>
    /// <param name="arms">What is known of its versions in the present division; needed for a canary only.</param>
    /// <param name="now">The present time.</param>
    public static TrafficView Of(ServiceAggregate stored, IReadOnlyDictionary<int, ArmSight> arms, DateTimeOffset now)
    {
        var (service, split) = (stored.Service, stored.Service.Traffic);
        return new TrafficView
        {
            Service = service.Name.Value,
            Divided = split is not null,
            TargetVersion = service.TargetVersion,
            Generation = split?.Generation,
            Since = split?.Since,
            Sticky = (split?.Sticky ?? StickyRule.None).ToString(),
            Canary = service.Canary is { } canary ? CanaryOf(service, canary, arms, now) : null,
            Arms = split is null
                ? [.. Serving(stored).Select(version => Arm(stored, version, split))]
                : [.. stored.Versions.Keys.Where(split.Keeps).Order().Select(version => Arm(stored, version, split))],
        };
    }

    private static CanaryView CanaryOf(ServiceRecord service, CanaryState canary, IReadOnlyDictionary<int, ArmSight> arms, DateTimeOffset now) => new()
    {
        Version = canary.Version,
        Baseline = canary.Baseline,
        Percent = canary.Percent(),
        Steps = CanaryState.Steps(canary.Spec),
        StepSince = canary.StepSince,
        PromoteAfterSeconds = canary.Spec.PromoteAfterSeconds,
        Metrics = canary.Spec.Metrics,
        Tolerances = canary.Spec.Metrics.ToDictionary(metric => metric, canary.Spec.Tolerated),
        WaitsFor = CanaryDecision.Next(service, arms, now) is CanaryMove.Wait wait ? wait.For : null,
    };

    private static IEnumerable<int> Serving(ServiceAggregate stored) => StatusView.ServedVersions(stored) is { Count: > 0 } versions ? versions : [stored.Service.TargetVersion];

    private static TrafficArmView Arm(ServiceAggregate stored, int version, TrafficSplit? split)
    {
        var progress = stored.Service.Progress(version);
        var live = stored.Replicas.Where(row => row.Version == version && row.State.IsLive()).ToList();
        var ready = live.Count(row => row.State == ReplicaState.Ready);
        var alone = version == stored.Service.TargetVersion ? 100 : 0;
        var (weight, inForce) = split is null ? (alone, alone) : (Of(split.Weights, version), Of(split.InForce, version));
        var mirrored = split?.Mirror is { } mirror && mirror.Version == version ? mirror.Percent : 0;
        return new TrafficArmView
        {
            Version = version,
            Weight = weight,
            InForce = inForce,
            Mirrored = mirrored,
            ReadyReplicas = ready,
            TotalReplicas = live.Count,
            Status = progress.FailedAt is not null ? "FAILED"
                : mirrored > 0 ? "MIRROR"
                : weight == 0 ? "LEAVING"
                : inForce > 0 && ready > 0 ? "SERVING" : "STARTING",
            Reason = progress.FailedReason ?? progress.Waiting,
        };
    }

    private static int Of(IReadOnlyList<VersionWeight> weights, int version) => weights.FirstOrDefault(arm => arm.Version == version).Percent;
}
