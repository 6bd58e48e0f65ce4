using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>One after the other. The turn goes on when the set of replicas changes, so that changes favour nobody.</summary>
internal sealed class RoundRobinPolicy : ILoadBalancingPolicy
{
    private uint _turn;

    public string Name => "round_robin";

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas) =>
        new(replicas[(int)(Interlocked.Increment(ref _turn) % (uint)replicas.Length)]);
}
