using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic;

namespace Sky.Core.Planning;

/// <summary>Keeps the versions of a divided service up, each with the replicas for its share, and puts the division in force when all have theirs.</summary>
internal static class Arms
{
    /// <summary>False: no version with a share can run any more, and the service is as if it were not divided.</summary>
    public static bool Apply(Draft draft, int wanted)
    {
        if (draft.Service.Traffic is not { } split || Effective(draft.Service, split.Weights) is not { Count: > 0 } weights)
        {
            return false;
        }

        var present = split.InForce;
        if (IsDue(draft, weights, present, wanted))
        {
            TakeForce(draft, weights);
            present = weights;
        }

        if (IsOver(draft, weights, present, split.Mirror, wanted))
        {
            draft.Service = draft.Service with { Traffic = null };
            return false;
        }

        var targets = Targets(draft, [weights, present], split.Mirror, wanted);
        var text = $"requests are divided among versions {TrafficSplit.TextOf(weights)}";
        var goesOn = present.Count == 0;
        Stop(draft, draft.Live.Where(row => !targets.ContainsKey(row.Version) && !(goesOn && row.State == ReplicaState.Ready)), StopCause.Outdated, text);
        foreach (var (version, target) in targets)
        {
            var rows = draft.Live.Where(row => row.Version == version).ToList();
            Stop(draft, Rollout.InOrderOfRemoval(rows).Take(rows.Count - target), StopCause.ScaledDown, "scaled down");
            Launch.Add(draft, version, target - rows.Count);
        }

        Launch.Promote(draft);
        return true;
    }

    /// <summary>The weights of those that were not given up.</summary>
    public static IReadOnlyList<VersionWeight> Effective(ServiceRecord service, IReadOnlyList<VersionWeight> weights) =>
        weights.Any(arm => IsGivenUp(service, arm.Version)) ? [.. weights.Where(arm => !IsGivenUp(service, arm.Version))] : weights;

    /// <summary>Replicas for a share of those wanted: rounded up, so at least one while any are.</summary>
    public static int TargetOf(int wanted, int percent, int whole) => wanted == 0 ? 0 : (int)(((long)wanted * percent) + whole - 1) / whole;

    private static bool IsGivenUp(ServiceRecord service, int version) => service.Progress(version).FailedAt is not null;

    /// <summary>One version has all, with the replicas for it: nothing is divided any more.</summary>
    private static bool IsOver(Draft draft, IReadOnlyList<VersionWeight> weights, IReadOnlyList<VersionWeight> present, MirrorTarget? mirror, int wanted) =>
        mirror is null && draft.Service.Traffic!.Weights.Count == 1 && weights is [{ Version: var alone }] && weights.SequenceEqual(present)
        && draft.Service.TargetVersion == alone && HasItsShare(draft, alone, Capped(draft, alone, wanted));

    private static void TakeForce(Draft draft, IReadOnlyList<VersionWeight> weights)
    {
        draft.Say(null, $"Requests are divided: {TrafficSplit.TextOf(weights)}.");
        var split = draft.Service.Traffic!;
        draft.Service = draft.Service with { Traffic = split with { InForce = weights, Since = weights.SequenceEqual(split.Weights) ? draft.Now : split.Since } };
    }

    /// <summary>All have the replicas for their share, or as many as there is room for; or nobody that serves is left.</summary>
    private static bool IsDue(Draft draft, IReadOnlyList<VersionWeight> weights, IReadOnlyList<VersionWeight> present, int wanted)
    {
        if (weights.SequenceEqual(present))
        {
            return false;
        }

        var whole = weights.Sum(arm => arm.Percent);
        return weights.All(arm => HasItsShare(draft, arm.Version, Capped(draft, arm.Version, TargetOf(wanted, arm.Percent, whole))))
            || (weights.Any(arm => Ready(draft, arm.Version) > 0) && present.Count > 0 && present.All(arm => Ready(draft, arm.Version) == 0));
    }

    private static bool HasItsShare(Draft draft, int version, int target) =>
        Ready(draft, version) is var ready && (ready >= target || (ready > 0 && draft.Service.Progress(version).Waiting is not null));

    private static int Ready(Draft draft, int version) => draft.Live.Count(row => row.Version == version && row.State == ReplicaState.Ready);

    private static int Capped(Draft draft, int version, int target) => Math.Min(target, FixedPort.Capacity(draft.Version(version).Spec));

    private static SortedDictionary<int, int> Targets(Draft draft, IReadOnlyList<VersionWeight>[] divisions, MirrorTarget? mirror, int wanted)
    {
        var targets = new SortedDictionary<int, int>();
        foreach (var weights in divisions)
        {
            var whole = weights.Sum(arm => arm.Percent);
            foreach (var arm in weights.Where(arm => !IsGivenUp(draft.Service, arm.Version)))
            {
                targets[arm.Version] = Math.Max(targets.GetValueOrDefault(arm.Version), Capped(draft, arm.Version, TargetOf(wanted, arm.Percent, whole)));
            }
        }

        if (mirror is not null && !IsGivenUp(draft.Service, mirror.Version))
        {
            targets.TryAdd(mirror.Version, Capped(draft, mirror.Version, TargetOf(wanted, mirror.Percent, 100)));
        }

        return targets;
    }

    private static void Stop(Draft draft, IEnumerable<ReplicaRecord> rows, StopCause cause, string reason)
    {
        foreach (var row in rows.ToList())
        {
            Stopping.Wanted(draft, row, cause, reason);
        }
    }
}
