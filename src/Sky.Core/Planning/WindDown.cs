using Sky.Core.Autoscaling;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>A service that is going down: nothing new, what is in flight gets a short time, then all is stopped and forgotten.</summary>
internal static class WindDown
{
    private const double LongestDrainSeconds = 30;

    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Rows)
        {
            if (row.State.IsLive())
            {
                Stopping.Wanted(draft, row, StopCause.ServiceDown, "the service is going down", LongestDrainSeconds);
            }
            else if (row.State == ReplicaState.Draining && row.StopCause != StopCause.ServiceDown)
            {
                var limit = draft.Now.AddSeconds(LongestDrainSeconds);
                draft.Put(row with
                {
                    StopCause = StopCause.ServiceDown,
                    DrainUntil = row.DrainUntil < limit ? row.DrainUntil : limit,
                });
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
            Autoscaler = new AutoscalerState { Target = 0 },
        };
    }
}
