using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>What every policy keeps to.</summary>
public abstract class LoadBalancingContract
{
    internal abstract ILoadBalancingPolicy Policy();

    [Fact]
    public void It_is_found_by_its_own_name() =>
        Assert.IsType(Policy().GetType(), LoadBalancingPolicies.Create(Policy().Name));

    [Fact]
    public void The_only_replica_is_picked()
    {
        var only = Replicas(1);
        Assert.Same(only[0], Policy().Pick(PickRequest.Unknown, only));
    }

    [Fact]
    public void Idle_replicas_share_one_request_after_another()
    {
        var (policy, replicas) = (Policy(), Replicas(4));
        var picked = Enumerable.Range(0, 400).CountBy(_ => policy.Pick(PickRequest.Unknown, replicas).Id.Value).ToDictionary();
        Assert.Equal(4, picked.Count);
        Assert.All(picked.Values, n => Assert.Equal(100, n));
    }

    [Fact]
    public void Concurrent_leases_come_back_to_zero_and_are_spread()
    {
        var (policy, replicas) = (Policy(), Replicas(3));
        var most = new int[3];
        Parallel.For(0, 30_000, i =>
        {
            using var lease = policy.Pick(PickRequest.Unknown, replicas).TryAcquire()!;
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
            Assert.True(some.Contains(policy.Pick(PickRequest.Unknown, some)));
        }
    }

    [Fact]
    public void A_draining_replica_gives_no_lease()
    {
        var replica = Replicas(1)[0];
        var before = replica.TryAcquire()!;
        replica.Retire();
        Assert.Null(replica.TryAcquire());
        Assert.Equal(1, replica.InFlight);
        before.Dispose();
        before.Dispose();
        Assert.Equal(0, replica.InFlight);
    }

    internal static ReplicaTracker[] Replicas(int count, params double[] qps) =>
        [.. Enumerable.Range(1, count).Select(i => new ReplicaTracker(
            new ReplicaEndpoint
            {
                Id = new ReplicaId(i),
                Version = 1,
                Address = new Uri($"http://127.0.0.1:{1000 + i}"),
                TargetQps = qps.Length >= i ? qps[i - 1] : 1,
            },
            () => { }))];
}
