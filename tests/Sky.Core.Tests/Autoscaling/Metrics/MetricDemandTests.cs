using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Autoscaling.Metrics;

/// <summary>Several metrics together, and what is not known of them.</summary>
public sealed class MetricDemandTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly MetricSpec _queue = new() { Source = MetricSource.Prometheus, Target = 10, Prometheus = new("http://p", "q") };
    private static readonly MetricSpec _heat = new() { Source = MetricSource.CloudWatch, Target = 50, Type = MetricTarget.Value, CloudWatch = new("r") { Metric = "heat" } };

    [Fact]
    public void The_largest_of_all_wins()
    {
        Assert.Equal(7, Decide(4, [_queue, _heat], [At(63), At(60)]).State.Target);
        Assert.Equal(8, Decide(4, [_queue, _heat], [At(63), At(100)]).State.Target);
        Assert.Equal(9, Decide(4, [_queue, _heat], [At(63), At(100)], qps: 1, requests: 9 * 60).State.Target);
        Assert.Equal(2, Decide(4, [_queue, _heat], [At(12), At(25)]).State.Target);
    }

    [Fact]
    public void Minimum_and_maximum_hold_and_the_reason_names_what_decided()
    {
        var decision = Decide(4, [_queue, _heat], [At(1000), At(100)]);

        Assert.Equal(10, decision.State.Target);
        Assert.Contains("prometheus 1000, target 10 a replica", decision.Reason, StringComparison.Ordinal);
        Assert.Equal(1, Decide(4, [_queue], [At(0)]).State.Target);
    }

    [Fact]
    public void What_is_not_known_takes_no_replica_away_and_keeps_none_from_coming()
    {
        Assert.Equal(4, Decide(4, [_queue, _heat], [At(1), MetricSight.None]).State.Target);
        Assert.Equal(6, Decide(4, [_queue, _heat], [At(60), MetricSight.None]).State.Target);
        Assert.Equal(4, Decide(4, [_queue], []).State.Target);
    }

    [Fact]
    public void A_try_that_failed_takes_no_replica_away_and_what_was_read_before_it_still_asks_for_more()
    {
        Assert.Equal(4, Decide(4, [_queue], [At(1) with { Trouble = "gone" }]).State.Target);
        Assert.Equal(6, Decide(4, [_queue], [At(60) with { Trouble = "gone" }]).State.Target);
    }

    [Theory]
    [InlineData(60, 6, null)]
    [InlineData(61, 4, "No replica is taken away while a metric is not known: prometheus (gone).")]
    public void What_was_read_too_long_ago_is_not_known(int age, int target, string? missing)
    {
        var state = Decide(4, [_queue], [At(60) with { At = _now.AddSeconds(-age), Trouble = "gone" }]).State;

        Assert.Equal((target, missing), (state.Target, state.Missing));
    }

    [Fact]
    public void Where_it_is_read_seldom_it_may_be_older() =>
        Assert.Equal(6, Decide(4, [_queue with { IntervalSeconds = 300 }], [At(60) with { At = _now.AddSeconds(-1100) }]).State.Target);

    [Fact]
    public void A_wait_for_fewer_goes_on_while_a_metric_is_not_known_and_ends_only_when_it_is()
    {
        var policy = Policy([_queue]) with { DownscaleDelaySeconds = 100 };
        var state = Decide(4, [], [At(1)], policy: policy).State;
        Assert.Equal((4, _now), (state.Target, state.BelowSince!.Value));

        var lost = new MetricSight { Value = 1, At = _now, Trouble = "gone" };
        state = Autoscaler.Decide(Input(state, policy, [lost]), _now.AddSeconds(200)).State;
        Assert.Equal(4, state.Target);

        Assert.Equal(1, Autoscaler.Decide(Input(state, policy, [At(1) with { At = _now.AddSeconds(201) }]), _now.AddSeconds(201)).State.Target);
    }

    [Fact]
    public void Delays_hold_for_metrics_too()
    {
        var policy = Policy([_queue]) with { UpscaleDelaySeconds = 30 };
        var state = Decide(4, [], [At(60)], policy: policy).State;

        Assert.Equal(4, Autoscaler.Decide(Input(state, policy, [At(60) with { At = _now.AddSeconds(29) }]), _now.AddSeconds(29)).State.Target);
        Assert.Equal(6, Autoscaler.Decide(Input(state, policy, [At(60) with { At = _now.AddSeconds(30) }]), _now.AddSeconds(30)).State.Target);
    }

    [Theory]
    [InlineData(MetricSource.Concurrency, 8, 5)]
    [InlineData(MetricSource.Tokens, 100, 9)]
    [InlineData(MetricSource.QueueWait, 2, 6)]
    [InlineData(MetricSource.TimeToFirstToken, 0.5, 8)]
    public void What_gateways_count_is_followed(MetricSource source, double target, int wanted)
    {
        var metric = new MetricSpec { Source = source, Target = target, Type = source is MetricSource.QueueWait or MetricSource.TimeToFirstToken ? MetricTarget.Value : MetricTarget.Average };
        var load = new ServiceLoad { Work = new WorkLoad { Concurrency = 40, TokensPerSecond = 900, QueueWaitSeconds = 3, FirstTokenSeconds = 1 } };

        Assert.Equal(wanted, Autoscaler.Decide(Input(State(4), Policy([metric]), [], load), _now).State.Target);
    }

    [Fact]
    public void Gateways_that_are_not_heard_or_tell_nothing_take_no_replica_away()
    {
        var policy = Policy([new MetricSpec { Source = MetricSource.Concurrency, Target = 8 }]);

        Assert.Equal(4, Autoscaler.Decide(Input(State(4), policy, [], new ServiceLoad()), _now).State.Target);
        Assert.Equal(4, Autoscaler.Decide(Input(State(4), policy, [], new ServiceLoad { Known = false, Work = new WorkLoad { Concurrency = 0 } }), _now).State.Target);
        Assert.Equal(1, Autoscaler.Decide(Input(State(4), policy, [], new ServiceLoad { Work = new WorkLoad { Concurrency = 0 } }), _now).State.Target);
    }

    [Fact]
    public void Replicas_tell_it_themselves_and_those_that_are_gone_do_not_count()
    {
        var policy = Policy([new MetricSpec { Source = MetricSource.Replica, Target = 10, Replica = new("/metrics") { Metric = "m" } }]);
        var sight = new MetricSight { At = _now, ByReplica = new Dictionary<ReplicaId, double> { [new(1)] = 20, [new(2)] = 20, [new(3)] = 20, [new(4)] = 20, [new(9)] = 1000 } };

        Assert.Equal(8, Autoscaler.Decide(Input(State(4), policy, [sight]), _now).State.Target);
        Assert.Equal(4, Autoscaler.Decide(Input(State(4), policy, [sight with { ByReplica = new Dictionary<ReplicaId, double> { [new(9)] = 0 } }]), _now).State.Target);
    }

    private static MetricSight At(double value) => new() { Value = value, At = _now };

    private static AutoscalerState State(int target) => new() { Target = target, PolicyVersion = 1 };

    private static ReplicaPolicySpec Policy(IReadOnlyList<MetricSpec> metrics) =>
        new() { MinReplicas = 1, MaxReplicas = 10, UpscaleDelaySeconds = 0, DownscaleDelaySeconds = 0, Metrics = metrics };

    private static AutoscalerInput Input(AutoscalerState state, ReplicaPolicySpec policy, IReadOnlyList<MetricSight> sights, ServiceLoad? load = null) => new()
    {
        Policy = policy,
        PolicyVersion = 1,
        State = state,
        Load = load ?? new ServiceLoad(),
        Ready = [.. Enumerable.Range(1, state.Target).Select(id => new ReplicaId(id))],
        Live = state.Target,
        Metrics = sights,
    };

    private static AutoscalerDecision Decide(int target, IReadOnlyList<MetricSpec> metrics, IReadOnlyList<MetricSight> sights, double? qps = null, int requests = 0, ReplicaPolicySpec? policy = null) =>
        Autoscaler.Decide(
            Input(State(target), policy ?? (Policy(metrics) with { TargetQpsPerReplica = qps }), sights, new ServiceLoad { Window = requests > 0 ? [new(_now.ToUnixTimeSeconds(), requests)] : [] }),
            _now);
}
