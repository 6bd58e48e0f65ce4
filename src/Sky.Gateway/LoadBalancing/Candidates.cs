using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>Replicas to pick from.</summary>
/// <param name="Usable">All that may get requests.</param>
/// <param name="Settled">Those of them that may get their whole share; the same array where all may.</param>
internal readonly record struct Candidates(ReplicaTracker[] Usable, ReplicaTracker[] Settled)
{
    /// <summary>Without those that are to go soon, as long as there are others: they finish what they have, and get nothing new.</summary>
    public static Candidates Of(ReplicaTracker[] usable, TimeSpan slowStart)
    {
        usable = Array.Exists(usable, replica => replica.Leaving) && Array.Exists(usable, replica => !replica.Leaving)
            ? Array.FindAll(usable, replica => !replica.Leaving)
            : usable;
        var settled = Array.FindAll(usable, replica => replica.Share(slowStart) >= 1);
        return new Candidates(usable, settled.Length == usable.Length ? usable : settled);
    }
}
