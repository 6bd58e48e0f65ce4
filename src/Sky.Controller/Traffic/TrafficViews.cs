using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Traffic;

namespace Sky.Controller.Traffic;

/// <summary>What people are shown of how requests are divided; pure.</summary>
internal static class TrafficViews
{
    public static TrafficView Of(ServiceAggregate stored)
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
            Arms = split is null
                ? [.. Serving(stored).Select(version => Arm(stored, version, split))]
                : [.. stored.Versions.Keys.Where(split.Keeps).Order().Select(version => Arm(stored, version, split))],
        };
    }

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
                : weight == 0 && split is not null ? "LEAVING"
                : inForce > 0 && ready > 0 ? "SERVING" : "STARTING",
            Reason = progress.FailedReason ?? progress.Waiting,
        };
    }

    private static int Of(IReadOnlyList<VersionWeight> weights, int version) => weights.FirstOrDefault(arm => arm.Version == version).Percent;
}
