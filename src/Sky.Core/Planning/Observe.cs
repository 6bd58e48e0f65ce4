using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>First phase: rows take over what the engine says and how effects went.</summary>
internal static class Observe
{
    private const int MaxAttempts = 5;

    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Rows)
        {
            var current = AfterFailure(draft, row);
            if (draft.Answers(row.Placement.EngineName))
            {
                Look(draft, current);
            }
        }

        NoteUnknownIds(draft);
    }

    private static ReplicaRecord AfterFailure(Draft draft, ReplicaRecord row)
    {
        if (!draft.Snapshot.EffectFailures.TryGetValue(row.Id, out var failure))
        {
            return row;
        }

        var attempts = row.Attempts + 1;
        if (row.State == ReplicaState.Provisioning && (failure.Failure == EngineFailure.Invalid || attempts >= MaxAttempts))
        {
            return Stopping.Failing(draft, row, StopCause.Provision, failure.Message);
        }

        var current = row.State == ReplicaState.Stopping && attempts >= MaxAttempts
            ? draft.Move(row, ReplicaEvent.StopFailed, failure.Message)
            : row;
        current = current with { Attempts = attempts, NotBefore = draft.Now + Backoff.OfEffect(attempts) };
        draft.Put(current);
        return current;
    }

    private static void Look(Draft draft, ReplicaRecord row)
    {
        var seen = draft.Seen(row.Id);
        switch (row.State)
        {
            case ReplicaState.Provisioning:
                LookAtProvisioning(draft, row, seen);
                break;
            case ReplicaState.Starting or ReplicaState.Ready or ReplicaState.NotReady:
                LookAtRunning(draft, row, seen);
                break;
            case ReplicaState.Draining when seen is null or { State: EngineReplicaState.Exited }:
                draft.Move(row, ReplicaEvent.EndedAsAsked, row.Reason);
                break;
            case ReplicaState.Draining when seen.State == EngineReplicaState.Lost:
                draft.Move(row, ReplicaEvent.Stop, row.Reason);
                break;
            case ReplicaState.Stopping or ReplicaState.FailedCleanup when seen is null or { State: EngineReplicaState.Exited }:
                draft.Move(row, ReplicaLifecycle.EndOf(row.StopCause), row.Reason);
                break;
            default:
                break;
        }
    }

    private static void LookAtProvisioning(Draft draft, ReplicaRecord row, EngineReplica? seen)
    {
        switch (seen?.State)
        {
            case EngineReplicaState.Created when seen.Notice is not null && seen.Notice != row.Reason:
                draft.Put(row with { Reason = seen.Notice });
                break;
            case EngineReplicaState.SettingUp when row.LaunchedAt is null:
                draft.Put(row with { LaunchedAt = seen.LaunchedAt ?? draft.Now, Reason = seen.Notice, Attempts = 0, NotBefore = null });
                break;
            case EngineReplicaState.Running:
                var started = seen.StartedAt ?? draft.Now;
                draft.Put(draft.Move(row, ReplicaEvent.Began, seen.Notice) with
                {
                    LaunchedAt = row.LaunchedAt ?? seen.LaunchedAt ?? started,
                    StartedAt = started,
                    Endpoint = seen.Endpoint ?? row.Endpoint,
                });
                break;
            default:
                LookForItsEnd(draft, row, seen);
                break;
        }
    }

    private static void LookAtRunning(Draft draft, ReplicaRecord row, EngineReplica? seen)
    {
        if (seen is null)
        {
            Stopping.Failing(draft, row, StopCause.Lost, "its engine does not know it any more");
            return;
        }

        if (seen.Endpoint is { } endpoint && endpoint != row.Endpoint)
        {
            row = row with { Endpoint = endpoint };
            draft.Put(row);
        }

        // What is wrong with one that is not ready is told by its probe.
        if (seen.State == EngineReplicaState.Running && row.State is (ReplicaState.Starting or ReplicaState.Ready) && seen.Notice != row.Reason)
        {
            row = row with { Reason = seen.Notice };
            draft.Put(row);
        }

        LookForItsEnd(draft, row, seen);
    }

    private static void LookForItsEnd(Draft draft, ReplicaRecord row, EngineReplica? seen)
    {
        switch (seen?.State)
        {
            case EngineReplicaState.Exited:
                Stopping.Ended(draft, row, seen);
                break;
            case EngineReplicaState.Lost:
                Stopping.Failing(draft, row, StopCause.Lost, "its runner is gone and left no record: it was killed, or the machine went down");
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// A replica numbered above all that were given can come from a store put back from a backup. It is ended as any without a row,
    /// and its number is not given again: the engine would not start it a second time.
    /// </summary>
    private static void NoteUnknownIds(Draft draft)
    {
        if (draft.Snapshot.Observed is not { Count: > 0 } observed)
        {
            return;
        }

        var highest = observed.Keys.Max();
        if (highest.Value >= draft.Service.NextReplicaId.Value)
        {
            draft.Say(highest, $"The engine knows replica {highest}, and no number above {draft.Service.NextReplicaId.Value - 1} was given: it is ended, and numbers go on above it.");
            draft.Service = draft.Service with { NextReplicaId = new ReplicaId(highest.Value + 1) };
        }
    }
}
