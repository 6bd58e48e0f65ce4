using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>Finds the replica with the lowest cost, looking at all of a small set and at a random part of a large one.</summary>
internal static class Least
{
    /// <summary>
    /// Of more replicas than this only so many are looked at, beginning at a random one. The best of sixty-four is among the best two
    /// percent, and looking at a thousand would cost more than it gains.
    /// </summary>
    public const int MostLookedAt = 64;

    /// <summary>Among equals each is as likely.</summary>
    public static ReplicaTracker Of(ReadOnlySpan<ReplicaTracker> replicas, Random random, Func<ReplicaTracker, double> cost)
    {
        var index = random.Next(replicas.Length);
        var best = replicas[index];
        var lowest = cost(best);
        for (var left = Math.Min(replicas.Length, MostLookedAt) - 1; left > 0; left--)
        {
            index = index + 1 == replicas.Length ? 0 : index + 1;
            if (cost(replicas[index]) is var next && next < lowest)
            {
                (best, lowest) = (replicas[index], next);
            }
        }

        return best;
    }
}
