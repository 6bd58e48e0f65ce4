using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Which version is to have all replicas now.</summary>
public static class Lead
{
    /// <summary>The target; where that was given up, the version to fall back on; null when there is none either.</summary>
    public static int? Of(ServiceRecord service, IEnumerable<ReplicaRecord> rows) =>
        service.Progress(service.TargetVersion).FailedAt is null ? service.TargetVersion : Fallback(service, rows);

    /// <summary>
    /// The best other version that was not given up and is there, or was before the target came: one that was ready before,
    /// then the one with most ready replicas, then the one before the target, then the newest. What served before a <c>down</c> does not come back by itself.
    /// </summary>
    public static int? Fallback(ServiceRecord service, IEnumerable<ReplicaRecord> rows)
    {
        var live = rows.Where(row => row.State.IsLive()).ToList();
        List<int> candidates = [.. live.Select(row => row.Version).Append(service.PreviousVersion ?? service.TargetVersion).Distinct()];
        candidates.RemoveAll(version => version == service.TargetVersion || service.Progress(version).FailedAt is not null);
        return candidates.Count == 0
            ? null
            : candidates
                .OrderByDescending(version => service.Progress(version).FirstReadyAt is not null)
                .ThenByDescending(version => live.Count(row => row.Version == version && row.State == ReplicaState.Ready))
                .ThenByDescending(version => version == service.PreviousVersion)
                .ThenByDescending(version => version)
                .First();
    }

    /// <summary>
    /// The version that carries the service while the target has yet to prove itself: its lost replicas are replaced by its own kind.
    /// Null when there is none, and for a service that had nothing of it left when the target came.
    /// </summary>
    public static int? Carrier(ServiceRecord service, IReadOnlyList<ReplicaRecord> rows)
    {
        var target = service.Progress(service.TargetVersion);
        return target.FirstReadyAt is null && target.FailedAt is null
            && Fallback(service, rows) is { } version
            && service.Progress(version).FirstReadyAt is not null
            && rows.Any(row => row.Version == version && Carries(service, row))
            ? version
            : null;
    }

    /// <summary>It is there, or it was when the target came and was lost since.</summary>
    private static bool Carries(ServiceRecord service, ReplicaRecord row) =>
        row.State.IsLive()
        || (row.StopCause is not (null or StopCause.ScaledDown or StopCause.Outdated or StopCause.ServiceDown)
            && row.ChangedAt >= (service.TargetedAt ?? DateTimeOffset.MinValue));
}
