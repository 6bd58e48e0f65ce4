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
            Mode = mode,
            Versions = new Dictionary<int, VersionProgress>(service.Versions) { [version] = fresh },
        };
    }
}
