using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Probing;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class ProbeScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly ProbeSchedule _schedule;
    private readonly List<ServiceName> _turned = [];

    public ProbeScheduleTests()
    {
        _schedule = new ProbeSchedule(_time);
        _schedule.Turned += _turned.Add;
    }

    [Fact]
    public void ReadyReplicaIsAskedOncePerInterval()
    {
        Sync(ReplicaState.Ready);
        Assert.Single(Asked(TimeSpan.Zero));
        Assert.Equal(10, Asked(Interval * 10).Count);
    }

    [Fact]
    public void StartingReplicaIsAskedOftenAtFirstAndThenOncePerInterval()
    {
        Sync(ReplicaState.Starting);
        var times = Asked(Interval * 20).ConvertAll(asked => asked.At);
        var gaps = times.Zip(times.Skip(1), (first, second) => second - first).ToList();

        Assert.True(gaps[0] <= TimeSpan.FromMilliseconds(60));
        Assert.True(times.Count(at => at - times[0] <= Interval) >= 5);
        Assert.All(gaps.Zip(gaps.Skip(1)), pair => Assert.True(pair.Second >= pair.First));
        Assert.InRange(gaps[^1], Interval, Interval + Moment);
    }

    [Fact]
    public void SlowReplicaIsNotAskedTwiceAtOnceAndDelaysNoOther()
    {
        Sync(ReplicaState.Ready, ReplicaState.Ready);
        var slow = _schedule.TakeDue(out _).Single(target => target.Replica.Id.Value == 1);
        _schedule.ProbeNow(slow.Replica);
        Sync(ReplicaState.Ready, ReplicaState.Ready);

        Assert.DoesNotContain(Asked(Interval * 5), asked => asked.Target.Replica == slow.Replica);

        _schedule.Record(slow, new ProbeResult(_time.GetUtcNow(), false, "late"));
        Assert.Contains(Asked(TimeSpan.Zero), asked => asked.Target.Replica == slow.Replica);
    }

    [Fact]
    public void OtherReplicasKeepTheirRhythmBesideASlowOne()
    {
        Sync(ReplicaState.Ready, ReplicaState.Ready);
        var first = _schedule.TakeDue(out _);
        _schedule.Record(first.Single(target => target.Replica.Id.Value == 2), Passed());

        Assert.Equal(5, Asked(Interval * 5).Count);
    }

    [Fact]
    public void ServiceIsLookedAtOnlyWhenAProbeSaysSomethingNew()
    {
        Sync(ReplicaState.Ready);
        foreach (var (passed, turns) in new[] { (true, 1), (true, 1), (false, 2), (false, 2), (true, 3) })
        {
            var target = Assert.Single(_schedule.TakeDue(out _));
            _schedule.Record(target, new ProbeResult(_time.GetUtcNow(), passed));
            Assert.Equal(turns, _turned.Count);
            _time.Advance(Interval);
        }
    }

    [Fact]
    public void AnswerForAReplicaThatIsNotAskedAnyMoreIsDropped()
    {
        Sync(ReplicaState.Ready);
        var target = Assert.Single(_schedule.TakeDue(out _));
        Sync(ReplicaState.Draining);
        _schedule.Record(target, Passed());

        Assert.Empty(_turned);
        Assert.Empty(_schedule.Results(target.Replica.Service));
        Assert.Empty(Asked(Interval * 3));
    }

    [Fact]
    public async Task LoopAsksTheOthersWhileOneReplicaNeverAnswers()
    {
        var prober = new OneNeverAnswers(_time);
        using var loop = new ProbeLoop(_schedule, prober, _time);
        Sync(ReplicaState.Ready, ReplicaState.Ready);
        await loop.StartAsync(TestContext.Current.CancellationToken);

        await GatewayTestBed.UntilAsync(() =>
        {
            _time.Advance(Moment * 10);
            return prober.Asked(2) >= 5;
        });

        await loop.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, prober.Asked(1));
    }

    /// <summary>What was asked in this time; each is answered at once.</summary>
    private List<(DateTimeOffset At, ProbeTarget Target)> Asked(TimeSpan span)
    {
        var asked = new List<(DateTimeOffset, ProbeTarget)>();
        var end = _time.GetUtcNow() + span;
        while (true)
        {
            foreach (var target in _schedule.TakeDue(out _))
            {
                asked.Add((_time.GetUtcNow(), target));
                _schedule.Record(target, Passed());
            }

            if (_time.GetUtcNow() >= end)
            {
                return asked;
            }

            _time.Advance(Moment);
        }
    }

    private ProbeResult Passed() => new(_time.GetUtcNow(), true);

    private static readonly ServiceAggregate Template = Aggregates.Service("a");

    private void Sync(params ReplicaState[] states) =>
        _schedule.Sync(Template with { Replicas = [.. states.Select((state, i) => Aggregates.Replica("a", i + 1, state))] });

    private sealed class OneNeverAnswers(TimeProvider time) : IProber
    {
        private readonly int[] _asked = new int[3];

        public int Asked(int replica) => Volatile.Read(ref _asked[replica]);

        public async Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked[target.Replica.Id.Value]);
            if (target.Replica.Id.Value == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return new ProbeResult(time.GetUtcNow(), true);
        }
    }
}
