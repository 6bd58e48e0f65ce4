using Sky.Gateway.LoadBalancing;

namespace Sky.System.Tests.Gateway.LoadBalancing;

public sealed class RoundRobinPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new RoundRobinPolicy();
}
