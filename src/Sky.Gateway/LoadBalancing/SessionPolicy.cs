using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// Requests of one session go to one replica, as long as that has not much more to do than the others: rendezvous hashing, so that a replica
/// that comes or goes moves only its own sessions, with bounded load (at most 1.25 times the mean and one more, as Google's
/// consistent hashing with bounded loads and KubeAI). A request without a session goes where there is least to do.
/// </summary>
internal sealed class SessionPolicy(Random random) : ILoadBalancingPolicy
{
    /// <summary>Strict affinity costs throughput; this much above the mean is allowed.</summary>
    public const double MostOverMean = 1.25;

    private static readonly Func<ReplicaTracker, double> Load = static replica => replica.InFlight;

    public string Name => "session";

    public bool UsesSession => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        if (request.Session is not { } name)
        {
            return new(Least.Of(replicas, random, Load));
        }

        var session = Mix(name);

        // Seldom is the replica that a session belongs to above the bound: only then is there a second look.
        var (total, own) = (0L, Highest(session, replicas, int.MaxValue));
        foreach (var replica in replicas)
        {
            total += replica.InFlight;
        }

        var bound = Math.Ceiling(MostOverMean * (total + 1) / replicas.Length);
        return new(own.InFlight < bound ? own : Highest(session, replicas, bound));
    }

    private static ReplicaTracker Highest(ulong session, ReadOnlySpan<ReplicaTracker> replicas, double bound)
    {
        ReplicaTracker? best = null;
        var highest = 0UL;
        foreach (var replica in replicas)
        {
            var weight = Scatter(session ^ replica.Hash);
            if ((weight > highest || best is null) && replica.InFlight < bound)
            {
                (best, highest) = (replica, weight);
            }
        }

        // Counts move while they are read: then any will do.
        return best ?? replicas[(int)(session % (ulong)replicas.Length)];
    }

    /// <summary>One round of mixing: both sides of the sum are mixed already.</summary>
    private static ulong Scatter(ulong value)
    {
        value *= 0xBF58476D1CE4E5B9;
        return (value ^ (value >> 32)) * 0x94D049BB133111EB;
    }

    /// <summary>The finisher of SplitMix64 (Steele, Lea, Flood).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
