using Sky.Gateway.LoadBalancing;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class RoundRobinPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new RoundRobinPolicy();
}
