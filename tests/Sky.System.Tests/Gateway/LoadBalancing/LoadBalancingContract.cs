using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>What every policy keeps to.</summary>
public abstract class LoadBalancingContract
{
    internal abstract ILoadBalancingPolicy Policy();

    /// <summary>False: replicas with equal loads are drawn by chance, not in turn.</summary>
    internal virtual bool TakesTurns => true;

    [Fact]
    public void It_is_found_by_its_own_name() =>
        Assert.IsType(Policy().GetType(), LoadBalancingPolicies.Create(Policy().Name, TimeProvider.System, new Random(1)));

    [Fact]
    public void The_only_replica_is_picked()
    {
        var only = Replicas(1);
        Assert.Same(only[0], Policy().Pick(PickRequest.Unknown, only).Replica);
    }

    [Fact]
    public void Idle_replicas_share_one_request_after_another()
    {
        var (policy, replicas) = (Policy(), Replicas(4));
        var picked = Enumerable.Range(0, 400).CountBy(_ => policy.Pick(PickRequest.Unknown, replicas).Replica.Id.Value).ToDictionary();
        Assert.Equal(4, picked.Count);
        
        // By chance: four and a half standard deviations.
        Assert.All(picked.Values, n => Assert.InRange(n, TakesTurns ? 100 : 60, TakesTurns ? 100 : 140));
    }

    [Fact]
    public void Concurrent_leases_come_back_to_zero_and_are_spread()
    {
        var (policy, replicas) = (Policy(), Replicas(3));
        var most = new int[3];
        Parallel.For(0, 30_000, i =>
        {
            using var lease = policy.Pick(PickRequest.Unknown, replicas).Replica.TryAcquire(PickRequest.Unknown)!;
            Interlocked.Increment(ref most[lease.Replica.Id.Value - 1]);
            if (i % 3 == 0)
            {
                lease.Dispose();
            }
        });
        Assert.All(replicas, r => Assert.Equal(0, r.InFlight));
        // How many each gets is the scheduler's affair: one whose holder is put to sleep is rightly passed over.
        Assert.All(most, n => Assert.NotEqual(0, n));
    }

    [Fact]
    public void A_set_that_shrinks_and_grows_is_never_left()
    {
        var (policy, replicas) = (Policy(), Replicas(5));
        for (var n = 0; n < 1000; n++)
        {
            var some = replicas.AsSpan(0, 1 + (n * 7 % 5));
            Assert.True(some.Contains(policy.Pick(PickRequest.Unknown, some).Replica));
        }
    }

    [Fact]
    public void Prompts_sessions_and_what_was_learnt_of_them_never_lead_out_of_the_set()
    {
        var (policy, replicas, random) = (Policy(), Replicas(6), new Random(7));
        for (var n = 0; n < 2000; n++)
        {
            var start = random.Next(6);
            var some = replicas.AsSpan(start, random.Next(1, 7 - start));
            var request = Prompt(random.Next(4), random.Next(1, 20), session: (ulong)random.Next(5));
            var pick = policy.Pick(request, some);
            Assert.True(some.Contains(pick.Replica));
            Assert.InRange(pick.CachedTokens, 0, request.PromptTokens);
            policy.Sent(request, pick);
        }
    }

    [Fact]
    public void Of_more_replicas_than_are_looked_at_each_is_reached()
    {
        var (policy, replicas) = (Policy(), Replicas(200));
        var reached = new HashSet<ReplicaTracker>();
        for (var n = 0; n < 20_000; n++)
        {
            reached.Add(policy.Pick(PickRequest.Unknown, replicas).Replica);
        }

        Assert.Equal(200, reached.Count);
    }

    [Fact]
    public void A_draining_replica_gives_no_lease()
    {
        var replica = Replicas(1)[0];
        var before = replica.TryAcquire(PickRequest.Unknown)!;
        replica.Retire();
        Assert.Null(replica.TryAcquire(PickRequest.Unknown));
        Assert.Equal(1, replica.InFlight);
        before.Dispose();
        before.Dispose();
        Assert.Equal(0, replica.InFlight);
    }

    internal static ReplicaTracker[] Replicas(int count, params double[] qps) => Replicas(count, null, qps);

    internal static ReplicaTracker[] Replicas(int count, TimeProvider? time, params double[] qps)
    {
        var typical = new TypicalRate();
        return [.. Enumerable.Range(1, count).Select(i => new ReplicaTracker(
            new ReplicaEndpoint
            {
                Id = new ReplicaId(i),
                Version = 1,
                Address = new Uri($"http://127.0.0.1:{1000 + i}"),
                TargetQps = qps.Length >= i ? qps[i - 1] : 1,
            },
            () => { },
            typical,
            time ?? TimeProvider.System))];
    }

    /// <summary>A prompt of that many blocks of a hundred tokens; prompts of one family begin alike.</summary>
    internal static PickRequest Prompt(int family, int blocks, ulong? session = null) => new()
    {
        PromptTokens = blocks * 100,
        OutputTokens = 10,
        BlockTokens = 100,
        Session = session,
        Blocks = Enumerable.Range(1, blocks).Select(i => ((ulong)family << 32) + (ulong)i).ToArray(),
    };
}
