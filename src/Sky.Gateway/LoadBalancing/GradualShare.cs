using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// Picks by a policy, whichever it is, and holds back from replicas that are not to get their whole share yet: those that came or came back a
/// moment ago, and those that ask for less. Of such a one only its share of the picks is let through, and only while it has no more than that
/// share of what the others have in flight on average, so that a policy that runs to the emptiest replica does not flood it.
/// </summary>
internal static class GradualShare
{
    /// <summary>Nothing below: a replica that gets nothing never shows that it is well (Envoy's minimum weight).</summary>
    public const double LeastShare = 0.1;

    public static PolicyPick Pick(ServiceSnapshot snapshot, PickRequest request, Random random) =>
        Pick(snapshot, new Candidates(snapshot.Usable, snapshot.Settled), request, random);

    /// <param name="snapshot">The service.</param>
    /// <param name="candidates">The replicas of it that the request may go to.</param>
    /// <param name="request">The request.</param>
    /// <param name="random">Chance.</param>
    public static PolicyPick Pick(ServiceSnapshot snapshot, in Candidates candidates, PickRequest request, Random random)
    {
        var (policy, usable, settled) = (snapshot.Policy, candidates.Usable, candidates.Settled);
        var pick = policy.Pick(request, usable);
        if (settled.Length == usable.Length || settled.Length == 0)
        {
            return pick;
        }

        var share = pick.Replica.Share(snapshot.SlowStart);
        return share >= 1 || (random.NextDouble() < share && pick.Replica.InFlight <= share * Mean(settled, random))
            ? pick
            : policy.Pick(request, settled);
    }

    /// <summary>Requests in flight on a replica, over all of a small set or a random part of a large one.</summary>
    private static double Mean(ReadOnlySpan<ReplicaTracker> replicas, Random random)
    {
        var looked = Math.Min(replicas.Length, Least.MostLookedAt);
        var (index, sum) = (random.Next(replicas.Length), 0L);
        for (var left = looked; left > 0; left--)
        {
            sum += replicas[index].InFlight;
            index = index + 1 == replicas.Length ? 0 : index + 1;
        }

        return (double)sum / looked;
    }
}
