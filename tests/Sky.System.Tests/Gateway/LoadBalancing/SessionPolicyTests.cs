using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class SessionPolicyTests : LoadBalancingContract
{
    internal override ILoadBalancingPolicy Policy() => new SessionPolicy(Random.Shared);

    internal override bool TakesTurns => false;

    [Fact]
    public void A_session_stays_where_it_is()
    {
        var (policy, replicas) = (Policy(), Replicas(5));
        for (var session = 0UL; session < 50; session++)
        {
            var first = policy.Pick(Prompt(1, 1, session), replicas).Replica;
            Assert.All(Enumerable.Range(0, 10), _ => Assert.Same(first, policy.Pick(Prompt(1, 1, session), replicas).Replica));
        }
    }

    [Fact]
    public void A_replica_that_goes_moves_only_its_own_sessions()
    {
        var (policy, replicas) = (Policy(), Replicas(5));
        var before = Enumerable.Range(0, 500).Select(s => policy.Pick(Prompt(1, 1, (ulong)s), replicas).Replica).ToList();
        var left = replicas[1..];
        for (var session = 0; session < 500; session++)
        {
            if (before[session] != replicas[0])
            {
                Assert.Same(before[session], policy.Pick(Prompt(1, 1, (ulong)session), left).Replica);
            }
        }

        Assert.InRange(before.Count(r => r == replicas[0]), 60, 140);
    }

    [Fact]
    public void No_replica_gets_much_more_than_the_mean_however_hot_a_session_is()
    {
        var (policy, replicas) = (Policy(), Replicas(4));
        for (var n = 1; n <= 400; n++)
        {
            policy.Pick(Prompt(1, 1, session: 42), replicas).Replica.TryAcquire(PickRequest.Unknown);
            Assert.All(replicas, r => Assert.True(r.InFlight <= Math.Ceiling(1.25 * n / 4), $"{r.InFlight} of {n}"));
        }
    }
}
