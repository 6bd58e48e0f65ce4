using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class InstanceAwareLeastLoadPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new InstanceAwareLeastLoadPolicy();

    [Fact]
    public void Requests_in_flight_are_shared_by_what_replicas_are_made_for()
    {
        var (policy, replicas) = (Policy(), Replicas(3, 1, 2, 5));
        for (var i = 0; i < 80; i++)
        {
            policy.Pick(PickRequest.Unknown, replicas).Replica.TryAcquire(PickRequest.Unknown);
        }

        Assert.Equal([10, 20, 50], replicas.Select(r => r.InFlight));
    }
}
