using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>Replicas that already run what the target version runs are counted as its own, without a restart.</summary>
internal static class Reuse
{
    public static void Apply(Draft draft)
    {
        // Versions that share the requests stay apart, whatever they run.
        if (draft.Service.Traffic is not null)
        {
            return;
        }

        var target = draft.Version(draft.Service.TargetVersion);
        if (draft.Service.Progress(target.Number).FailedAt is not null)
        {
            return;
        }

        InheritProof(draft, target);
        foreach (var group in draft.Live.Where(row => row.Version != target.Number).GroupBy(row => row.Version))
        {
            if (!RunsTheSame(draft.Version(group.Key), target))
            {
                continue;
            }

            foreach (var row in group)
            {
                draft.Put(row with { Version = target.Number });
            }

            draft.Say(null, $"Version {target.Number} runs what version {group.Key} runs: its {group.Count()} replica(s) stay.");
        }
    }

    /// <summary>What was ready under another number can become ready: it needs no old version to carry the service meanwhile.</summary>
    private static void InheritProof(Draft draft, VersionRecord target)
    {
        var service = draft.Service;
        if (service.Progress(target.Number).FirstReadyAt is null
            && Lead.Fallback(service, draft.Rows) is { } before
            && service.Progress(before).FirstReadyAt is not null
            && RunsTheSame(draft.Version(before), target))
        {
            draft.Progress(target.Number, progress => progress with { FirstReadyAt = draft.Now });
        }
    }

    private static bool RunsTheSame(VersionRecord one, VersionRecord other) =>
        one.WorkdirHash == other.WorkdirHash && SpecComparison.SameTask(one.Spec, other.Spec);
}
