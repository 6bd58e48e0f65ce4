using Sky.Core.Autoscaling.Spot;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Empties nodes: what stands there is not counted as wanted, so that others are started, and goes once they serve.</summary>
internal static class Evict
{
    /// <summary>Says in every row whether its node is to be emptied, so that gateways send nothing new there.</summary>
    public static void Note(Draft draft)
    {
        foreach (var row in draft.Live.Where(row => row.Leaving != draft.IsLeaving(row)).ToList())
        {
            draft.Put(row with { Leaving = draft.IsLeaving(row) });
            if (draft.IsLeaving(row) && row is { NodeAttempt: > 0, Placement.UseSpot: true })
            {
                draft.SpotEvents.Add(new SpotEvent(SpotMarket.NameOf(row.Placement), SpotEventKind.Preempted, 1));
            }
        }
    }

    /// <summary>Removes what leaves of the leading version. What does not serve goes at once; what does, as soon as enough others do.</summary>
    /// <param name="draft">After the rollout has started what is missing.</param>
    /// <param name="lead">The leading version.</param>
    /// <param name="wanted">Replicas of it that are to serve.</param>
    public static void Apply(Draft draft, int lead, int wanted)
    {
        var ready = draft.Live.Count(row => row.Version == lead && row.State == ReplicaState.Ready);
        foreach (var row in Rollout.InOrderOfRemoval(draft.Live.Where(row => row.Version == lead && draft.IsLeaving(row))))
        {
            if (row.State == ReplicaState.Ready)
            {
                if (ready <= wanted)
                {
                    continue;
                }

                ready--;
            }

            Stopping.Wanted(draft, row, StopCause.NodeLeaving, draft.Snapshot.Leaving[row.Id]);
        }
    }
}
