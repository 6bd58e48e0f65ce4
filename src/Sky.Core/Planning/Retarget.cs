using Sky.Core.Autoscaling;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>How an update or a rollback is written into a service's row; the planner does the rest.</summary>
public static class Retarget
{
    /// <summary>
    /// The row with <paramref name="version"/> as the one meant to serve. A version that was given up before gets a fresh try,
    /// and <see cref="ServiceRecord.LatestVersion"/> never falls.
    /// </summary>
    public static ServiceRecord To(ServiceRecord service, int version, UpdateMode mode, DateTimeOffset now)
    {
        var fresh = service.Progress(version) with { FailedAt = null, FailedReason = null, FailuresInARow = 0, LastFailureAt = null, NotBefore = null, Waiting = null };
        var proven = service.Progress(service.TargetVersion) is { FirstReadyAt: not null, FailedAt: null };
        var before = proven ? service.TargetVersion : service.PreviousVersion ?? service.TargetVersion;
        return service with
        {
            TargetVersion = version,
            TargetedAt = now,
            LatestVersion = Math.Max(service.LatestVersion, version),
            PreviousVersion = before == version ? null : before,
            RolledBackFrom = null,
            Mode = mode,
            Traffic = null,
            Canary = null,
            Versions = new Dictionary<int, VersionProgress>(service.Versions) { [version] = fresh },
        };
    }

    /// <summary>The row of a service that is or goes down, as it comes up again with a new version: numbers go on, all else begins anew.</summary>
    /// <param name="minReplicas">What it starts with.</param>
    public static ServiceRecord FromDown(ServiceRecord service, int version, UpdateMode mode, int minReplicas, DateTimeOffset now) => service with
    {
        Phase = ServicePhase.Active,
        LatestVersion = Math.Max(service.LatestVersion, version),
        TargetVersion = version,
        TargetedAt = now,
        PreviousVersion = null,
        RolledBackFrom = null,
        ServingVersion = null,
        Mode = mode,
        Autoscaler = new AutoscalerState { Target = minReplicas },
        PinnedReplicas = null,
        Traffic = null,
        Canary = null,
        CutsNow = false,
        FirstReadyAt = null,
        CutRequests = 0,
    };
}
