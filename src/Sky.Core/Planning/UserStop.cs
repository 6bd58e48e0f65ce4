using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>How <c>sky serve down NAME --replica-id N</c> is written into a replica's row; the planner replaces the replica.</summary>
public static class UserStop
{
    /// <summary>The row that drains or stops, or null when the replica is going or gone already and nothing is to change about that.</summary>
    /// <param name="drainSeconds">How long a replica that serves, or drains already, may finish what it has; 0: the next pass cuts and counts it.</param>
    public static ReplicaRecord? Of(ReplicaRecord replica, double drainSeconds, DateTimeOffset now)
    {
        var until = now.AddSeconds(drainSeconds);
        if (replica.State == ReplicaState.Draining)
        {
            return replica.DrainUntil > until ? replica with { DrainUntil = until } : null;
        }

        var drains = replica.State == ReplicaState.Ready;
        if (!replica.State.IsLive() || ReplicaLifecycle.Next(replica.State, drains ? ReplicaEvent.Drain : ReplicaEvent.Stop) is not { } next)
        {
            return null;
        }

        return replica with
        {
            State = next,
            StopCause = StopCause.UserAsked,
            Reason = "stopped by hand",
            DrainUntil = drains ? until : null,
            ChangedAt = now,
            Attempts = 0,
            NotBefore = null,
        };
    }
}
