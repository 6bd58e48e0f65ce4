using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class LeastTokensPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new LeastTokensPolicy(Random.Shared, TimeProvider.System);

    internal override bool TakesTurns => false;

    [Fact]
    public void Tokens_count_not_requests()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        using var one = replicas[0].TryAcquire(Prompt(1, 80));
        using var first = replicas[1].TryAcquire(Prompt(2, 2));
        using var second = replicas[1].TryAcquire(Prompt(3, 2));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[1], policy.Pick(Prompt(4, 1), replicas).Replica));
    }

    [Fact]
    public void The_replica_whose_memory_fills_up_is_passed_over()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        replicas[0].CacheTokens = 1000;
        replicas[1].CacheTokens = 100_000;
        var (full, roomy) = (replicas[0].TryAcquire(Prompt(1, 9), cachedTokens: 900)!, replicas[1].TryAcquire(Prompt(2, 9), cachedTokens: 900)!);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[1], policy.Pick(Prompt(3, 1), replicas).Replica));
        full.Dispose();
        roomy.Dispose();
    }

    [Fact]
    public void What_a_replica_tells_of_others_counts()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        using var own = replicas[1].TryAcquire(Prompt(1, 2));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[0], policy.Pick(Prompt(2, 1), replicas).Replica));
        replicas[0].Load.Told(running: 3, waiting: 0, memoryInUse: null, own: 0);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[1], policy.Pick(Prompt(2, 1), replicas).Replica));
        replicas[0].Load.Told(running: 0, waiting: 0, memoryInUse: 0.98, own: 0);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(replicas[1], policy.Pick(Prompt(2, 1), replicas).Replica));
    }
}
