using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class LeastLoadPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new LeastLoadPolicy();

    [Fact]
    public void The_replica_with_the_fewest_requests_is_picked()
    {
        var (policy, replicas) = (Policy(), Replicas(3));
        using var a = replicas[0].TryAcquire(PickRequest.Unknown);
        using var b = replicas[2].TryAcquire(PickRequest.Unknown);
        for (var i = 0; i < 10; i++)
        {
            Assert.Same(replicas[1], policy.Pick(PickRequest.Unknown, replicas).Replica);
        }
    }
}
