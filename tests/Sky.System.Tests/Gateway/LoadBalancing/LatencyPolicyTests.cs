using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class LatencyPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new LatencyPolicy(Random.Shared);

    internal override bool TakesTurns => false;

    [Fact]
    public void The_replica_that_answered_faster_is_picked()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        replicas[0].Load.TimeToFirstToken.Add(2.0, TimeProvider.System.GetTimestamp());
        replicas[1].Load.TimeToFirstToken.Add(0.1, TimeProvider.System.GetTimestamp());
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[1], policy.Pick(PickRequest.Unknown, replicas).Replica));
    }

    [Fact]
    public void Requests_in_flight_weigh_too()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        replicas[0].Load.TimeToFirstToken.Add(0.15, TimeProvider.System.GetTimestamp());
        replicas[1].Load.TimeToFirstToken.Add(0.10, TimeProvider.System.GetTimestamp());
        using var busy = replicas[1].TryAcquire(PickRequest.Unknown);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[0], policy.Pick(PickRequest.Unknown, replicas).Replica));
    }
}
