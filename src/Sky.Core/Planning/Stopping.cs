using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>The ways a replica goes.</summary>
internal static class Stopping
{
    /// <summary>It goes because we want it to: what serves finishes what it has, the rest ends at once.</summary>
    /// <param name="cut">True: what it has is not waited for.</param>
    public static void Wanted(Draft draft, ReplicaRecord row, StopCause cause, string reason, bool cut = false)
    {
        var drain = cut ? 0 : draft.Version(row.Version).Spec.Serving.DrainSeconds;
        var serves = row.State == ReplicaState.Ready || (row.State == ReplicaState.NotReady && draft.InFlight(row.Id) > 0);
        var drains = serves && drain > 0;
        if (!drains)
        {
            Drain.CountCut(draft, row, "It is not waited for");
        }

        var moved = draft.Move(row, drains ? ReplicaEvent.Drain : ReplicaEvent.Stop, reason);
        draft.Put(moved with
        {
            StopCause = cause,
            DrainUntil = moved.State == ReplicaState.Draining ? draft.Now.AddSeconds(drain) : null,
        });
    }

    /// <summary>It goes because it failed; what is left of it is ended, and the failure counts for its version.</summary>
    public static ReplicaRecord Failing(Draft draft, ReplicaRecord row, StopCause cause, string reason)
    {
        var moved = draft.Move(row, ReplicaEvent.Stop, reason) with { StopCause = cause };
        draft.Put(moved);
        VersionHealth.Count(draft, row, cause, reason);
        return moved;
    }

    /// <summary>It is over already.</summary>
    public static void Ended(Draft draft, ReplicaRecord row, EngineReplica seen)
    {
        var unstarted = row.State == ReplicaState.Provisioning && seen.ProvisionError is not null;
        var cause = unstarted ? StopCause.Provision : StopCause.Exited;
        var reason = seen.ProvisionError ?? Describe(draft, row, seen.Exit);
        var moved = draft.Move(row, ReplicaLifecycle.EndOf(cause), reason) with
        {
            StopCause = cause,
            Exit = seen.Exit,
            LaunchedAt = row.LaunchedAt ?? seen.LaunchedAt,
            StartedAt = row.StartedAt ?? seen.StartedAt,
        };
        draft.Put(moved);
        VersionHealth.Count(draft, row, cause, reason);
    }

    private static string Describe(Draft draft, ReplicaRecord row, ReplicaExit? exit)
    {
        var stage = exit?.Stage ?? "run";
        if (exit is { OutOfMemory: true })
        {
            var limit = draft.Version(row.Version).Spec.Resources.Candidates.ElementAtOrDefault(row.Candidate)?.Memory;
            return limit is { } memory
                ? string.Create(CultureInfo.InvariantCulture, $"{stage}: out of memory (limit {memory.Value} GB)")
                : $"{stage}: out of memory";
        }

        return exit switch
        {
            { Signal: { } signal } => $"{stage} was killed by {signal}",
            { Code: { } code } => $"{stage} exited with code {code}",
            _ => $"{stage} ended without a record",
        };
    }
}
