using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class PrefixPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new PrefixPolicy(TimeProvider.System, Random.Shared);

    internal override bool TakesTurns => false;

    [Fact]
    public void What_begins_alike_goes_to_the_same_replica()
    {
        var (policy, replicas) = (Policy(), Replicas(4));
        var first = Send(policy, Prompt(1, 10), replicas);
        Assert.Equal(0, first.CachedTokens);
        for (var blocks = 11; blocks < 30; blocks++)
        {
            var next = Send(policy, Prompt(1, blocks), replicas);
            Assert.Same(first.Replica, next.Replica);
            Assert.Equal((blocks - 1) * 100, next.CachedTokens);
        }
    }

    [Fact]
    public void A_match_below_a_third_of_the_prompt_does_not_decide()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        var holder = Send(policy, Prompt(1, 2), replicas).Replica;
        using var busy = holder.TryAcquire(PickRequest.Unknown);
        Assert.NotSame(holder, policy.Pick(Prompt(1, 20), replicas).Replica);
        Assert.Same(holder, policy.Pick(Prompt(1, 6), replicas).Replica);
    }

    [Fact]
    public void A_replica_with_much_more_to_do_than_the_others_is_passed_over()
    {
        var (policy, replicas) = (Policy(), Replicas(4));
        var holder = Send(policy, Prompt(1, 10), replicas).Replica;
        var leases = Enumerable.Range(0, 5).Select(_ => holder.TryAcquire(PickRequest.Unknown)!).ToList();
        Assert.NotSame(holder, policy.Pick(Prompt(1, 10), replicas).Replica);
        leases.ForEach(lease => lease.Dispose());
        Assert.Same(holder, policy.Pick(Prompt(1, 10), replicas).Replica);
    }

    private static PolicyPick Send(ILoadBalancingPolicy policy, PickRequest request, ReadOnlySpan<Sky.Gateway.Endpoints.ReplicaTracker> replicas)
    {
        var pick = policy.Pick(request, replicas);
        policy.Sent(request, pick);
        return pick;
    }
}
