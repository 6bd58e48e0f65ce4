using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>The replica with the fewest requests in flight at this gateway; among equals each gets its turn.</summary>
internal sealed class LeastLoadPolicy : ILoadBalancingPolicy
{
    private uint _turn;

    public string Name => "least_load";

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var index = (int)(Interlocked.Increment(ref _turn) % (uint)replicas.Length);
        var best = replicas[index];
        var fewest = best.InFlight;
        for (var left = Math.Min(replicas.Length, Least.MostLookedAt) - 1; left > 0 && fewest > 0; left--)
        {
            index = index + 1 == replicas.Length ? 0 : index + 1;
            var load = replicas[index].InFlight;
            if (load < fewest)
            {
                (best, fewest) = (replicas[index], load);
            }
        }

        return new(best);
    }
}
