using Sky.Core.Services;

namespace Sky.Core.Traffic.Canaries;

/// <summary>How a canary's moves are written into a service's row; the planner does the rest.</summary>
public static class CanaryChange
{
    /// <summary>What keeps a canary from beginning; null when nothing does.</summary>
    public static string? Problem(ServiceRecord service)
    {
        if (service.Canary is { } canary)
        {
            return $"A canary of version {canary.Version} is under way; `sky serve traffic {service.Name} --clear` ends it.";
        }

        if (service.Traffic is { } split)
        {
            return $"The requests of service '{service.Name}' are divided ({split.Text}); `sky serve traffic {service.Name} --clear` ends that.";
        }

        return service.Progress(service.TargetVersion) is { FirstReadyAt: not null, FailedAt: null }
            ? null
            : $"Version {service.TargetVersion} of service '{service.Name}' has not been ready yet: there is nothing to compare a canary with.";
    }

    /// <summary>The row with a new version beside the target, which stays the target until the new one has all.</summary>
    public static ServiceRecord Start(ServiceAggregate stored, int version, CanarySpec spec, DateTimeOffset now)
    {
        var service = stored.Service with { LatestVersion = Math.Max(stored.Service.LatestVersion, version) };
        var canary = new CanaryState { Baseline = service.TargetVersion, Version = version, Spec = spec };
        return Divide(stored with { Service = service }, canary, now);
    }

    /// <summary>The row with the next share.</summary>
    public static ServiceRecord Raise(ServiceAggregate stored, DateTimeOffset now) =>
        Divide(stored, stored.Service.Canary! with { Step = stored.Service.Canary!.Step + 1, StepSince = null }, now);

    /// <summary>The row with all requests for the new version, once it has the replicas; until then the last shares go on.</summary>
    public static ServiceRecord Promote(ServiceAggregate stored, DateTimeOffset now) =>
        SplitChange.Divide(stored, [new VersionWeight(stored.Service.Canary!.Version, 100)], Sticky(stored.Service.Canary), mirror: null, now);

    /// <summary>The row with all requests for the version before, at once.</summary>
    public static ServiceRecord GoBack(ServiceAggregate stored, string reason, DateTimeOffset now)
    {
        var canary = stored.Service.Canary!;
        var back = SplitChange.Divide(stored, [new VersionWeight(canary.Baseline, 100)], Sticky(canary), mirror: null, now);
        var failed = back.Progress(canary.Version) is { FailedAt: not null } given ? given : back.Progress(canary.Version) with { FailedAt = now, FailedReason = reason };
        return back with
        {
            Traffic = back.Traffic! with { InForce = back.Traffic.Weights },
            RolledBackFrom = canary.Version,
            Versions = new Dictionary<int, VersionProgress>(back.Versions) { [canary.Version] = failed },
        };
    }

    private static ServiceRecord Divide(ServiceAggregate stored, CanaryState canary, DateTimeOffset now) => SplitChange.Divide(
        stored,
        [new VersionWeight(canary.Baseline, 100 - canary.Percent()), new VersionWeight(canary.Version, canary.Percent())],
        Sticky(canary), mirror: null, now) with { Canary = canary };

    /// <summary>Drawn unless asked for: of a few users that stick, the canary may have none or all.</summary>
    private static StickyRule Sticky(CanaryState canary) => (canary.Spec.Sticky is { } form ? StickyRule.Parse(form) : null) ?? StickyRule.None;
}
