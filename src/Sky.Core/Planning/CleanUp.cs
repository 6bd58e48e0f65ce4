using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Removes the rows of replicas that are over and forgotten by the engine.</summary>
internal static class CleanUp
{
    private const int KeptFailures = 5;

    public static void Apply(Draft draft)
    {
        if (draft.Snapshot.Observed is { } observed)
        {
            foreach (var row in ToForget(draft).Where(row => !observed.ContainsKey(row.Id) && (draft.Answers(row.Placement.EngineName) || BoughtNodes.IsGone(draft, row))).ToList())
            {
                draft.Remove(row.Id);
            }
        }

        WindDown.Finish(draft);
    }

    /// <summary>Rows of ended replicas nobody needs to look at: the engine is to forget them, then they go.</summary>
    public static IEnumerable<ReplicaRecord> ToForget(Draft draft)
    {
        var rows = draft.Rows;
        if (draft.Service.Phase != ServicePhase.Active)
        {
            return rows.Where(row => row.State.IsTerminal());
        }

        var kept = rows
            .Where(row => row.State.IsKeptFailure() && !IsRetired(draft, rows, row.Version))
            .OrderByDescending(row => row.Id)
            .Take(KeptFailures)
            .Select(row => row.Id)
            .ToHashSet();
        return rows.Where(row => row.State.IsTerminal() && !kept.Contains(row.Id));
    }

    /// <summary>Nothing of the version is left or wanted. The failures of one that was rolled back from stay until the next update.</summary>
    private static bool IsRetired(Draft draft, IReadOnlyList<ReplicaRecord> rows, int version)
    {
        var service = draft.Service;
        return version != service.TargetVersion
            && version != service.ServingVersion
            && service.Traffic?.Keeps(version) != true
            && version != Lead.Of(service, rows)
            && version != Lead.Carrier(service, rows)
            && !rows.Any(row => row.Version == version && !row.State.IsTerminal())
            && (service.Progress(version).FailedAt is null || version < service.TargetVersion);
    }
}
