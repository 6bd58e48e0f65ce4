using Sky.Core.Autoscaling;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>
/// A service that is going down: nothing new; what is in flight may finish, for its version's drain time or not at all; then all is
/// stopped and forgotten.
/// </summary>
internal static class WindDown
{
    public static void Apply(Draft draft)
    {
        var cut = draft.Service.CutsNow;
        foreach (var row in draft.Rows)
        {
            if (row.State.IsLive())
            {
                Stopping.Wanted(draft, row, StopCause.ServiceDown, "the service is going down", cut);
            }
            else if (row.State == ReplicaState.Draining)
            {
                draft.Put(row with { StopCause = StopCause.ServiceDown, DrainUntil = cut && row.DrainUntil > draft.Now ? draft.Now : row.DrainUntil });
            }
        }
    }

    /// <summary>The service's row stays: versions are kept and numbers go on from where they were.</summary>
    public static void Finish(Draft draft)
    {
        if (draft.Service.Phase != ServicePhase.ShuttingDown || draft.Rows.Count > 0
            || draft.Snapshot.Observed is not { } observed || observed.Keys.Any(id => !draft.Service.GivenUp.Contains(id)))
        {
            return;
        }

        draft.Say(null, "The service is down.");
        draft.Service = draft.Service with
        {
            Phase = ServicePhase.Down,
            FirstReadyAt = null,
            ServingVersion = null,
            PinnedReplicas = null,
            Traffic = null,
            Canary = null,
            CutsNow = false,
            Autoscaler = new AutoscalerState { Target = 0 },
        };
    }
}
