using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class PowerOfTwoPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new PowerOfTwoPolicy(Random.Shared);

    internal override bool TakesTurns => false;

    [Fact]
    public void Of_two_the_one_with_fewer_tokens_is_picked()
    {
        var (policy, replicas) = (Policy(), Replicas(2));
        using var much = replicas[0].TryAcquire(Prompt(1, 50));
        using var little = replicas[1].TryAcquire(Prompt(2, 1));
        using var more = replicas[1].TryAcquire(Prompt(3, 1));
        for (var i = 0; i < 50; i++)
        {
            Assert.Same(replicas[1], policy.Pick(PickRequest.Unknown, replicas).Replica);
        }
    }

    [Fact]
    public void The_most_loaded_of_many_is_never_picked()
    {
        var (policy, replicas) = (Policy(), Replicas(8));
        using var most = replicas[3].TryAcquire(PickRequest.Unknown);
        Assert.All(Enumerable.Range(0, 500), _ => Assert.NotSame(replicas[3], policy.Pick(PickRequest.Unknown, replicas).Replica));
    }
}
