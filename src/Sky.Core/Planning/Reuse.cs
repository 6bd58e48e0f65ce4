using System.Text.Json;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>Replicas that already run what the target version runs are counted as its own, without a restart.</summary>
internal static class Reuse
{
    public static void Apply(Draft draft)
    {
        var target = draft.Version(draft.Service.TargetVersion);
        if (draft.Service.Progress(target.Number).FailedAt is not null)
        {
            return;
        }

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

    private static bool RunsTheSame(VersionRecord one, VersionRecord other) =>
        one.WorkdirHash == other.WorkdirHash && JsonElement.DeepEquals(RunPart(one.Spec), RunPart(other.Spec));

    /// <summary>The spec without its name and its <c>service:</c> section; candidates in one order where their order means nothing.</summary>
    private static JsonElement RunPart(ServiceSpec spec)
    {
        var candidates = spec.Resources.Candidates;
        var ordered = spec.Resources.Ordered
            ? candidates
            : [.. candidates.OrderBy(candidate => JsonSerializer.Serialize(candidate, SkyJson.Default.ResourceCandidate), StringComparer.Ordinal)];
        var part = spec with
        {
            Name = null,
            Serving = new ServingSpec { ReadinessProbe = new ReadinessProbeSpec(), ReplicaPolicy = new ReplicaPolicySpec() },
            Resources = spec.Resources with { Candidates = ordered },
        };
        return JsonSerializer.SerializeToElement(part, SkyJson.Default.ServiceSpec);
    }
}
