using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Simulation;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class AutoPolicyTests : LoadBalancingContract
{
    private readonly VirtualTime _time = new();

    internal override ILoadBalancingPolicy Policy() => Auto();

    internal override bool TakesTurns => false;

    [Fact]
    public void The_replica_that_has_the_prompt_is_picked_while_it_is_idle()
    {
        var (policy, replicas) = (Auto(), Replicas(4, _time));
        var holder = Send(policy, Prompt(1, 50), replicas, keep: false).Replica;
        for (var i = 0; i < 5; i++)
        {
            var next = policy.Pick(Prompt(1, 51), replicas);
            Assert.Same(holder, next.Replica);
            Assert.Equal(5000, next.CachedTokens);
        }
    }

    [Fact]
    public void A_queue_longer_than_computing_the_prompt_anew_sends_it_elsewhere()
    {
        var (policy, replicas) = (Auto(), Replicas(2, _time));
        var holder = Send(policy, Prompt(1, 10), replicas, keep: false).Replica;
        using var queue = holder.TryAcquire(Prompt(9, 500));
        Assert.NotSame(holder, policy.Pick(Prompt(1, 10), replicas).Replica);
    }

    [Fact]
    public void Each_weight_of_zero_takes_its_term_out()
    {
        var (policy, replicas) = (Auto(), Replicas(2, _time));
        replicas[0].Way.Add(5);
        Assert.Same(replicas[1], policy.Pick(Prompt(1, 1), replicas).Replica);
        using var queue = replicas[1].TryAcquire(Prompt(9, 100));
        policy.Weights = new AutoWeights { Network = 0 };
        Assert.Same(replicas[0], policy.Pick(Prompt(1, 1), replicas).Replica);
        policy.Weights = new AutoWeights { Queue = 0, Delay = 0 };
        Assert.Same(replicas[1], policy.Pick(Prompt(1, 1), replicas).Replica);
        var none = new AutoWeights { Queue = 0, Prefill = 0, Network = 0, Delay = 0, Balance = 0, Price = 0 };
        policy.Weights = none;
        Assert.All(policy.Explain(Prompt(1, 1), replicas), one => Assert.Equal(0, one.Score.Total));
    }

    [Fact]
    public void The_explanation_is_what_the_pick_follows()
    {
        var (policy, replicas, random) = (Auto(), Replicas(5, _time), new Random(3));
        for (var n = 0; n < 500; n++)
        {
            _time.Seconds += random.NextDouble();
            var request = Prompt(random.Next(5), random.Next(1, 30));
            var scores = policy.Explain(request, replicas);
            var pick = Send(policy, request, replicas, keep: n % 3 > 0);
            var lowest = scores.Min(one => one.Score.Total);
            Assert.Equal(lowest, scores.Single(one => one.Replica == pick.Replica).Score.Total);
            Assert.Equal(pick.CachedTokens, scores.Single(one => one.Replica == pick.Replica).Score.CachedTokens);
        }
    }

    [Fact]
    public void A_new_replica_is_tried_though_nobody_measured_it()
    {
        var (policy, replicas) = (Auto(), Replicas(3, _time));
        for (var n = 0; n < 30; n++)
        {
            var request = Prompt(n, 20);
            var lease = replicas[n % 2].TryAcquire(request)!;
            _time.Seconds += 0.1;
            lease.FirstToken();
            lease.Dispose();
        }

        var picked = Enumerable.Range(100, 9).Select(n => Send(policy, Prompt(n, 20), replicas, keep: true).Replica).ToList();
        Assert.Contains(replicas[2], picked);
    }

    [Fact]
    public void A_draining_replica_is_forgotten()
    {
        var (policy, replicas) = (Auto(), Replicas(3, _time));
        var holder = Send(policy, Prompt(1, 50), replicas, keep: false).Replica;
        holder.Retire();
        var left = replicas.Where(r => r != holder).ToArray();
        Assert.Contains(policy.Pick(Prompt(1, 50), left).Replica, left);
        Assert.Equal(0, policy.Pick(Prompt(1, 50), left).CachedTokens);
    }

    private AutoPolicy Auto() => new(_time, new Random(11));

    private static PolicyPick Send(AutoPolicy policy, PickRequest request, ReadOnlySpan<ReplicaTracker> replicas, bool keep)
    {
        var pick = policy.Pick(request, replicas);
        var lease = pick.Replica.TryAcquire(request, pick.CachedTokens)!;
        policy.Sent(request, pick);
        if (!keep)
        {
            lease.Dispose();
        }

        return pick;
    }
}
