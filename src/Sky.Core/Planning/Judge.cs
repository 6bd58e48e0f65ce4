using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Second phase: probes decide what is ready, and how long what is not ready may go on.</summary>
internal static class Judge
{
    private const string NotAnnounced = "it answers, but not yet from within its container, and so its service's name does not lead to it";
    private static readonly TimeSpan AnnouncementGap = TimeSpan.FromSeconds(1);

    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Rows)
        {
            if (row.State is ReplicaState.Starting or ReplicaState.Ready or ReplicaState.NotReady)
            {
                ByProbe(draft, row);
            }
        }
    }

    private static void ByProbe(Draft draft, ReplicaRecord row)
    {
        if (!draft.Snapshot.Probes.TryGetValue(row.Id, out var probe) || probe.At < row.StartedAt)
        {
            return;
        }

        if (probe.Passed && (row.State == ReplicaState.Ready || draft.Seen(row.Id) is null or { Announced: true }))
        {
            Passed(draft, row);
            return;
        }

        if (probe.Passed)
        {
            // Its engine says of itself when it does, and is asked for it again.
            draft.LookAt(draft.Now + AnnouncementGap);
            probe = probe with { Passed = false, Reason = NotAnnounced };
        }

        var failing = row.FailingSince is null ? row with { FailingSince = probe.At } : row;
        if (failing.State == ReplicaState.Ready)
        {
            failing = draft.Move(failing, ReplicaEvent.ProbeFailed, probe.Reason ?? "its probe failed");
        }

        draft.Put(failing);
        GiveUpInTime(draft, failing, probe);
    }

    private static void Passed(Draft draft, ReplicaRecord row)
    {
        if (row.State == ReplicaState.Ready)
        {
            return;
        }

        var ready = draft.Move(row, ReplicaEvent.ProbePassed, draft.Seen(row.Id)?.Notice);
        draft.Put(ready with { FirstReadyAt = row.FirstReadyAt ?? draft.Now, FailingSince = null });
    }

    /// <summary>
    /// Only a fresh failure counts: after a pause of the controller's own (a restart, a suspended machine) the next probe speaks first.
    /// </summary>
    private static void GiveUpInTime(Draft draft, ReplicaRecord row, ProbeResult probe)
    {
        var spec = draft.Version(row.Version).Spec.Serving.ReadinessProbe;
        var starting = row.State == ReplicaState.Starting;
        var limit = TimeSpan.FromSeconds(starting ? spec.InitialDelaySeconds : spec.FailureThresholdSeconds);
        var due = row.FailingSince!.Value + limit;
        var fresh = draft.Now - probe.At <= TimeSpan.FromSeconds((2 * spec.IntervalSeconds) + spec.TimeoutSeconds + 5);
        if (draft.Now < due || !fresh)
        {
            draft.LookAt(due);
            draft.LookAt(draft.Now.AddSeconds(spec.IntervalSeconds));
            return;
        }

        var why = probe.Reason is null ? "" : $" ({probe.Reason})";
        Stopping.Failing(
            draft,
            row,
            starting ? StopCause.InitialDelay : StopCause.Probing,
            starting ? $"not ready within its initial delay of {limit.TotalSeconds:0.###} s{why}" : $"failed its probes for {limit.TotalSeconds:0.###} s{why}");
    }
}
