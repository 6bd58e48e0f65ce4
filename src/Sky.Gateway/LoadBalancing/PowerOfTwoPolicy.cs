using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// Of two replicas drawn at random the one with less to do, in tokens where they are known, else in requests (Mitzenmacher's power of two
/// choices): the cost of looking does not grow with the number of replicas, and no herd runs to the one that was emptiest a moment ago.
/// </summary>
internal sealed class PowerOfTwoPolicy(Random random) : ILoadBalancingPolicy
{
    public string Name => "power_of_two";

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var first = random.Next(replicas.Length);
        if (replicas.Length == 1)
        {
            return new(replicas[0]);
        }

        var second = random.Next(replicas.Length - 1);
        var (one, other) = (replicas[first], replicas[second >= first ? second + 1 : second]);
        return new(Load(other) < Load(one) ? other : one);
    }

    private static (long Tokens, int Requests) Key(ReplicaTracker replica) => (replica.Load.Outstanding, replica.InFlight);

    private static double Load(ReplicaTracker replica)
    {
        var (tokens, requests) = Key(replica);

        // A request of unknown size counts as something: less than any prompt, more than nothing.
        return tokens + requests;
    }
}
