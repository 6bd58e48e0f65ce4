using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Simulation;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

public sealed class ReplicaLoadTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void It_comes_back_to_zero_in_whatever_order_requests_end()
    {
        var random = new Random(5);
        var replica = LoadBalancingContract.Replicas(1, _time)[0];
        var leases = new List<ReplicaLease>();
        for (var n = 0; n < 5000; n++)
        {
            _time.Seconds += 0.01;
            if (random.Next(2) == 0 || leases.Count == 0)
            {
                leases.Add(replica.TryAcquire(LoadBalancingContract.Prompt(1, random.Next(1, 50)), random.Next(0, 6000))!);
                continue;
            }

            var lease = leases[random.Next(leases.Count)];
            if (random.Next(2) == 0)
            {
                lease.FirstToken();
            }
            else
            {
                lease.Dispose();
                lease.FirstToken();
                leases.Remove(lease);
            }
        }

        leases.ForEach(lease => lease.Dispose());
        var load = replica.Load;
        Assert.Equal((0, 0, 0, 0, 0), (load.PendingPrefill, load.Outstanding, load.Resident, load.Prefilling, load.Answering));
        Assert.Equal(0, replica.InFlight);
    }

    [Fact]
    public void What_others_have_queued_counts_while_the_reading_is_fresh()
    {
        var load = LoadBalancingContract.Replicas(1, _time)[0].Load;
        load.Told(running: 10, waiting: 6, memoryInUse: 0.5, own: 12);
        Assert.Equal((0, 4), (load.Others(_time.GetTimestamp())!.Running, load.Others(_time.GetTimestamp())!.Waiting));
        Assert.Equal(4 * 512 / 4000.0, load.WaitSeconds(_time.GetTimestamp()), 6);
        load.Told(running: 10, waiting: 6, memoryInUse: null, own: 16);
        Assert.Equal(0, load.WaitSeconds(_time.GetTimestamp()));
        load.Told(running: 30, waiting: 6, memoryInUse: null, own: 16);
        Assert.Equal((14, 6), (load.Others(_time.GetTimestamp())!.Running, load.Others(_time.GetTimestamp())!.Waiting));
        _time.Seconds = 4.9;
        Assert.NotEqual(0, load.WaitSeconds(_time.GetTimestamp()));
        _time.Seconds = 5.1;
        Assert.Null(load.Others(_time.GetTimestamp()));
        Assert.Equal(0, load.WaitSeconds(_time.GetTimestamp()));
    }

    [Fact]
    public void The_rate_is_measured_by_prompts_that_follow_one_another()
    {
        var replica = LoadBalancingContract.Replicas(1, _time)[0];
        var first = replica.TryAcquire(LoadBalancingContract.Prompt(1, 50))!;
        var second = replica.TryAcquire(LoadBalancingContract.Prompt(2, 30))!;
        _time.Seconds = 0.5;
        first.FirstToken();
        _time.Seconds = 0.8;
        second.FirstToken();
        Assert.Equal(10_000, replica.Load.PrefillRate, 0.5);
        Assert.Equal(0.8, replica.Load.TimeToFirstToken.Value, 6);
    }

    [Fact]
    public void The_wait_is_what_is_pending_less_what_must_be_done()
    {
        var replica = LoadBalancingContract.Replicas(1, _time)[0];
        var rate = replica.Load.PrefillRate;
        using var first = replica.TryAcquire(LoadBalancingContract.Prompt(1, 80));
        using var second = replica.TryAcquire(LoadBalancingContract.Prompt(2, 80), cachedTokens: 4000);
        var whole = 12_000 / rate;
        Assert.Equal(whole, replica.Load.WaitSeconds(_time.GetTimestamp()), 6);
        _time.Seconds = 0.25;
        Assert.Equal(whole - 0.25, replica.Load.WaitSeconds(_time.GetTimestamp()), 6);
        _time.Seconds = 1000;
        Assert.Equal(whole / 2, replica.Load.WaitSeconds(_time.GetTimestamp()), 6);
    }

    [Fact]
    public void A_peak_is_taken_at_once_and_forgotten_slowly()
    {
        var mean = new PeakEwma(_time);
        mean.Add(0.1, _time.GetTimestamp());
        mean.Add(3, _time.GetTimestamp());
        Assert.Equal(3, mean.Value);
        _time.Seconds = 10;
        mean.Add(0.1, _time.GetTimestamp());
        Assert.Equal((3 / Math.E) + (0.1 * (1 - (1 / Math.E))), mean.Value, 6);
    }

    [Fact]
    public void The_way_is_what_the_fastest_connections_took()
    {
        var ways = new RoundTrips();
        var address = new Uri("http://10.0.0.1:80");
        var way = ways.To(address);
        ways.Opened("10.0.0.1", 80, TimeSpan.FromMilliseconds(50));
        ways.Opened("10.0.0.1", 80, TimeSpan.FromMilliseconds(30));
        ways.Opened("10.0.0.1", 80, TimeSpan.FromMilliseconds(130));
        ways.Opened("10.0.0.2", 80, TimeSpan.FromMilliseconds(1));
        Assert.Equal(0.04, way.Seconds, 6);
        Assert.Equal(1, ways.Count);
        ways.Forget(address);
        Assert.Equal(0, ways.Count);
    }
}
