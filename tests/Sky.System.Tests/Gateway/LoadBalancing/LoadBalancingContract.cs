using Microsoft.Extensions.Time.Testing;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
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

    [Theory]
    [InlineData(3, 0.1)]
    [InlineData(15, 0.5)]
    [InlineData(27, 0.9)]
    public void A_replica_that_came_a_moment_ago_has_at_most_its_growing_share_in_flight(int seconds, double share)
    {
        var time = new FakeTimeProvider();
        var (policy, replicas, random) = (Policy(), Replicas(4, time), new Random(5));
        replicas[3].BeginSlowStart();
        time.Advance(TimeSpan.FromSeconds(seconds));
        var snapshot = Snapshot(policy, replicas);
        Assert.Equal(3, snapshot.Settled.Length);
        var leases = new List<ReplicaLease>();
        for (var n = 0; n < 400; n++)
        {
            var request = Prompt(n % 7, 4, session: (ulong)n);
            var pick = GradualShare.Pick(snapshot, request, random);
            policy.Sent(request, pick);
            leases.Add(pick.Replica.TryAcquire(request)!);
        }

        var mean = replicas[..3].Average(replica => replica.InFlight);
        Assert.InRange(replicas[3].InFlight, 1, (share * mean) + 1);
        leases.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public void A_replica_that_asks_for_less_gets_less_for_as_long_as_it_says()
    {
        var time = new FakeTimeProvider();
        var (policy, replicas, random) = (Policy(), Replicas(4, time), new Random(6));
        replicas[0].EaseFor(TimeSpan.FromSeconds(20));
        var snapshot = Snapshot(policy, replicas);
        var picked = Enumerable.Range(0, 400).Count(n => GradualShare.Pick(snapshot, Prompt(n, 1, session: (ulong)n), random).Replica == replicas[0]);
        Assert.InRange(picked, 1, 60);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Same(snapshot.Usable[0], Snapshot(policy, replicas).Settled[0]);
        Assert.Equal(4, Snapshot(policy, replicas).Settled.Length);
    }

    [Fact]
    public void A_replica_whose_node_is_taken_away_gets_nothing_new_while_there_is_another()
    {
        var (policy, replicas, random) = (Policy(), Replicas(3), new Random(8));
        replicas[1].Update(Leaving(2));
        var snapshot = Snapshot(policy, replicas);
        var picked = Enumerable.Range(0, 200).Select(n => GradualShare.Pick(snapshot, Prompt(n, 1, session: (ulong)n), random).Replica).ToHashSet();
        Assert.DoesNotContain(replicas[1], picked);
        Assert.Equal(2, snapshot.Usable.Length);

        replicas[0].Update(Leaving(1));
        replicas[2].Update(Leaving(3));
        Assert.Equal(3, Snapshot(policy, replicas).Usable.Length);

        static ReplicaEndpoint Leaving(int id) => new() { Id = new ReplicaId(id), Version = 1, Address = new Uri($"http://127.0.0.1:{1000 + id}"), Leaving = true };
    }

    [Fact]
    public void When_all_came_a_moment_ago_none_is_held_back()
    {
        var time = new FakeTimeProvider();
        var (policy, replicas, random) = (Policy(), Replicas(3, time), new Random(7));
        Array.ForEach(replicas, replica => replica.BeginSlowStart());
        var snapshot = Snapshot(policy, replicas);
        var picked = Enumerable.Range(0, 300).Select(n => GradualShare.Pick(snapshot, Prompt(n, 1, session: (ulong)n), random).Replica).Distinct();
        Assert.Equal(3, picked.Count());
    }

    internal static ServiceSnapshot Snapshot(ILoadBalancingPolicy policy, ReplicaTracker[] replicas, OutlierSpec? outliers = null) => ServiceSnapshot.Of(
        new ServiceEndpoints
        {
            Service = new ServiceName("llm"),
            Replicas = [],
            LoadBalancingPolicy = policy.Name,
            StreamTimeoutSeconds = 120,
            CanWait = true,
            Hold = new HoldSpec(),
            ReadinessProbe = new ReadinessProbeSpec(),
            SlowStartSeconds = 30,
            Outliers = outliers ?? OutlierSpec.Default,
        },
        replicas,
        policy,
        new ForwardingLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(600)));

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
