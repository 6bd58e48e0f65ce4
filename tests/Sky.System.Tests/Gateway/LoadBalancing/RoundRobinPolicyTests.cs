using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class RoundRobinPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new RoundRobinPolicy();

    [Fact]
    public void Each_gets_its_turn_whatever_it_has_to_do()
    {
        var (policy, replicas) = (Policy(), Replicas(3));
        using var busy = replicas[0].TryAcquire(PickRequest.Unknown);

        var picked = Enumerable.Range(0, 9).Select(_ => Array.IndexOf(replicas, policy.Pick(PickRequest.Unknown, replicas).Replica)).ToList();

        Assert.Equal([3, 3, 3], picked.CountBy(index => index).OrderBy(count => count.Key).Select(count => count.Value));
        Assert.All(picked.Zip(picked.Skip(1)), pair => Assert.Equal((pair.First + 1) % 3, pair.Second));
    }
}
