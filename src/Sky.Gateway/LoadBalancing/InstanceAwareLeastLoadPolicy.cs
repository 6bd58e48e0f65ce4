using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// The replica that would be least loaded with this request on it, in requests in flight over the requests a second that its
/// accelerator is made for. Counting the request itself sends the first ones to the strongest replicas.
/// </summary>
internal sealed class InstanceAwareLeastLoadPolicy : ILoadBalancingPolicy
{
    private uint _turn;

    public string Name => "instance_aware_least_load";

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var index = (int)(Interlocked.Increment(ref _turn) % (uint)replicas.Length);
        var best = replicas[index];
        var least = LoadWithOneMore(best);
        for (var left = Math.Min(replicas.Length, Least.MostLookedAt) - 1; left > 0; left--)
        {
            index = index + 1 == replicas.Length ? 0 : index + 1;
            var load = LoadWithOneMore(replicas[index]);
            if (load < least)
            {
                (best, least) = (replicas[index], load);
            }
        }

        return new(best);
    }

    private static double LoadWithOneMore(ReplicaTracker replica) => (replica.InFlight + 1) / replica.TargetQps;
}
