using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Last phase: what the engine is to be asked, derived from the rows as they will be and from what was observed, never from what was asked before.</summary>
internal static class Effects
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _shortGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _later = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<PlannedEffect> Of(Draft draft)
    {
        List<PlannedEffect> effects = [];
        var toForget = CleanUp.ToForget(draft).Select(row => row.Id).ToHashSet();
        foreach (var row in draft.Rows)
        {
            LookSoon(draft, row, toForget.Contains(row.Id));
            if (row.NotBefore is { } notBefore && notBefore > draft.Now)
            {
                draft.LookAt(notBefore);
            }
            else if (Of(draft, row, toForget.Contains(row.Id)) is { } effect)
            {
                effects.Add(effect);
            }
        }

        effects.AddRange(Orphans(draft));
        return effects;
    }

    private static PlannedEffect? Of(Draft draft, ReplicaRecord row, bool forget)
    {
        var seen = draft.Seen(row.Id)?.State;
        var engine = row.Placement.EngineName;
        var grace = draft.Service.CutsNow ? _shortGrace : _grace;
        return row.State switch
        {
            ReplicaState.Provisioning when BoughtNodes.CanRun(draft, row) && draft.Answers(engine) && seen is null or EngineReplicaState.Created =>
                new PlannedEffect.Run(row, row.Candidate),
            ReplicaState.Stopping or ReplicaState.FailedCleanup when !IsEnding(seen) => new PlannedEffect.Stop(row.Key, grace, engine),
            _ when !row.State.IsTerminal() || seen is null => null,
            _ when !IsEnding(seen) => new PlannedEffect.Stop(row.Key, grace, engine),
            _ when forget && seen == EngineReplicaState.Exited => new PlannedEffect.Forget(row.Key, engine),
            _ => null,
        };
    }

    /// <summary>What runs and has no row: its row was removed, or the engine was late to start it. What was given up is left alone until it has ended.</summary>
    private static IEnumerable<PlannedEffect> Orphans(Draft draft)
    {
        var rows = draft.Rows.Select(row => row.Id).ToHashSet();
        foreach (var (id, replica) in (draft.Snapshot.Observed ?? new Dictionary<ReplicaId, EngineReplica>()).OrderBy(pair => pair.Key))
        {
            if (rows.Contains(id) || replica.State == EngineReplicaState.Stopping || (replica.State != EngineReplicaState.Exited && draft.Service.GivenUp.Contains(id)))
            {
                continue;
            }

            draft.LookAt(draft.Now + _later);
            var key = new ReplicaKey(draft.Service.Name, id);
            yield return replica.State == EngineReplicaState.Exited ? new PlannedEffect.Forget(key, replica.Engine) : new PlannedEffect.Stop(key, _grace, replica.Engine);
        }
    }

    private static bool IsEnding(EngineReplicaState? state) => state is EngineReplicaState.Stopping or EngineReplicaState.Exited;

    /// <summary>Engines do not speak by themselves: while something is about to happen they are asked often at first, then each second.</summary>
    private static void LookSoon(Draft draft, ReplicaRecord row, bool forget)
    {
        if (row.State is ReplicaState.Provisioning or ReplicaState.Stopping or ReplicaState.FailedCleanup || forget)
        {
            draft.LookAt(draft.Now + (draft.Now - row.ChangedAt < TimeSpan.FromSeconds(10) ? _soon : _later));
        }
    }
}
