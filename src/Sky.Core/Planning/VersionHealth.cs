using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>Whether a version can become ready, how fast its failures are replaced, and what happens when it is given up.</summary>
internal static class VersionHealth
{
    /// <summary>A replica of a version that cannot be started, again and again, ends the version's hope after this many.</summary>
    private const int MaxUnstarted = 3;

    private static readonly TimeSpan _staysReady = TimeSpan.FromSeconds(60);

    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Live)
        {
            NoteReady(draft, row);
            ForgetFailures(draft, row);
        }

        RollBack(draft);
    }

    /// <summary>Counts a failed replica. Replicas made before the last counted failure belong to that one: five that die together are one failure.</summary>
    public static void Count(Draft draft, ReplicaRecord row, StopCause cause, string reason)
    {
        var before = draft.Service.Progress(row.Version);
        if (before.LastFailureAt is null || row.CreatedAt >= before.LastFailureAt)
        {
            var failures = before.FailuresInARow + 1;
            var wait = Backoff.OfVersion(failures);
            draft.Progress(row.Version, progress => progress with
            {
                FailuresInARow = failures,
                LastFailureAt = draft.Now,
                NotBefore = wait > TimeSpan.Zero ? draft.Now + wait : null,
            });
        }

        GiveUpUnproven(draft, row, cause, reason);
    }

    private static void GiveUpUnproven(Draft draft, ReplicaRecord row, StopCause cause, string reason)
    {
        var progress = draft.Service.Progress(row.Version);
        var hopeless = cause is StopCause.Exited or StopCause.InitialDelay
            || (cause == StopCause.Provision && progress.FailuresInARow >= MaxUnstarted);
        if (!hopeless || row.FirstReadyAt is not null || progress.FirstReadyAt is not null || progress.FailedAt is not null)
        {
            return;
        }

        var sentence = $"replica {row.Id}: {reason}";
        draft.Progress(row.Version, present => present with { FailedAt = draft.Now, FailedReason = sentence });
        draft.Say(null, $"Version {row.Version} is given up: it never became ready ({sentence}).");
    }

    private static void NoteReady(Draft draft, ReplicaRecord row)
    {
        if (row.FirstReadyAt is not { } since)
        {
            return;
        }

        var progress = draft.Service.Progress(row.Version);
        if (progress.FirstReadyAt is null)
        {
            draft.Say(null, progress.FailedAt is null ? $"Version {row.Version} is ready." : $"Version {row.Version} is ready after all.");
            draft.Progress(row.Version, present => present with { FirstReadyAt = since, FailedAt = null, FailedReason = null });
        }

        draft.Service = draft.Service.FirstReadyAt is null ? draft.Service with { FirstReadyAt = since } : draft.Service;
    }

    private static void ForgetFailures(Draft draft, ReplicaRecord row)
    {
        var progress = draft.Service.Progress(row.Version);
        if (row.State != ReplicaState.Ready || progress.FailuresInARow == 0 || row.CreatedAt < progress.LastFailureAt)
        {
            return;
        }

        if (draft.Now - row.ChangedAt < _staysReady)
        {
            draft.LookAt(row.ChangedAt + _staysReady);
            return;
        }

        draft.Progress(row.Version, present => present with { FailuresInARow = 0, LastFailureAt = null, NotBefore = null });
    }

    private static void RollBack(Draft draft)
    {
        var given = draft.Service.TargetVersion;
        if (draft.Service.Progress(given).FailedAt is null
            || draft.Version(given).Spec.Serving.UpdatePolicy.OnFailure != UpdateFailureAction.Rollback
            || Lead.Fallback(draft.Service, draft.Rows) is not { } back)
        {
            return;
        }

        draft.Service = draft.Service with { TargetVersion = back, TargetedAt = draft.Now, PreviousVersion = null, RolledBackFrom = given };
        draft.Say(null, $"Rolled back from version {given} to version {back}.");
    }
}
