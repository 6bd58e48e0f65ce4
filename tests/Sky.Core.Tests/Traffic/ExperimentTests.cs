using Sky.Core.Autoscaling;
using Sky.Core.Services;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Experiments;
using Xunit;

namespace Sky.Core.Tests.Traffic;

public sealed class ExperimentTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_heaviest_version_is_what_others_are_compared_with_and_each_verdict_knows_its_direction()
    {
        var view = Experiment.Of(Service(), new Dictionary<int, ArmSight>
        {
            [1] = new(Totals(2000, errors: 20, milliseconds: 100, tokens: 50), new Moments(200, 100, 100)),
            [2] = new(Totals(2000, errors: 200, milliseconds: 60, tokens: 80), new Moments(200, 190, 190)),
        });
        Assert.Equal([(1, true, 90), (2, false, 10), (3, false, 0)], view.Arms.Select(arm => (arm.Version, arm.Baseline, arm.Weight)));
        Assert.True(view.Arms[2].Mirror);
        var verdicts = view.Comparisons.ToDictionary(one => one.Metric, one => one.Verdict);
        Assert.Equal(ArmComparison.Worse, verdicts[ArmMetrics.ErrorRate]);
        Assert.Equal(ArmComparison.Better, verdicts[ArmMetrics.TtftP95]);
        Assert.Equal(ArmComparison.Better, verdicts[ArmMetrics.Feedback]);
        Assert.Equal(ArmComparison.Differs, verdicts[ArmMetrics.CompletionTokens]);
        Assert.Equal(ArmComparison.Open, verdicts[ArmMetrics.PromptTokens]);
        var rate = view.Arms[1].ErrorRate;
        Assert.True(rate is { Value: 0.1 } && rate.Low > 0.07 && rate.High < 0.13);
        Assert.InRange(view.Comparisons.Single(one => one.Metric == ArmMetrics.TtftP50).Seen.Value!.Value, 0.57, 0.63);
    }

    [Fact]
    public void Little_or_nothing_seen_is_said_as_such()
    {
        var nothing = Experiment.Of(Service(), new Dictionary<int, ArmSight>());
        Assert.Equal(3, nothing.Arms.Count);
        Assert.All(nothing.Arms, arm => Assert.Null(arm.ErrorRate.Value));
        Assert.Empty(nothing.Comparisons);

        var little = Experiment.Of(Service(), new Dictionary<int, ArmSight>
        {
            [1] = new(Totals(3, errors: 0, milliseconds: 100, tokens: 5), default),
            [2] = new(Totals(2, errors: 2, milliseconds: 900, tokens: 5), default),
        });
        Assert.All(little.Comparisons, one => Assert.Equal(ArmComparison.Open, one.Verdict));
        Assert.Null(little.Arms[0].TtftP95.High);
        Assert.Null(little.Arms[0].LatencyMean.Low);
    }

    [Fact]
    public void An_experiment_that_is_over_can_still_be_read()
    {
        var view = Experiment.Of(Service() with { Traffic = null }, new Dictionary<int, ArmSight> { [1] = new(Totals(10, 0, 10, 1), default), [4] = new(Totals(90, 0, 10, 1), default) });
        Assert.False(view.Running);

        var ending = new TrafficSplit { Generation = 4, Since = Now, Weights = [new(1, 100)], InForce = [new(1, 50), new(4, 50)] };
        Assert.Equivalent(view, Experiment.Of(
            Service() with { Traffic = ending }, new Dictionary<int, ArmSight> { [1] = new(Totals(10, 0, 10, 1), default), [4] = new(Totals(90, 0, 10, 1), default) }));
        Assert.Equal([(1, false), (4, true)], view.Arms.Select(arm => (arm.Version, arm.Baseline)));
    }

    private static ServiceRecord Service() => new()
    {
        Name = new ServiceName("a"),
        Phase = ServicePhase.Active,
        LatestVersion = 3,
        TargetVersion = 1,
        NextReplicaId = new ReplicaId(1),
        Autoscaler = new AutoscalerState { Target = 1 },
        CreatedAt = Now,
        TrafficGenerations = 4,
        Traffic = new TrafficSplit { Generation = 4, Since = Now, Weights = [new(1, 90), new(2, 10)], Mirror = new MirrorTarget(3, 100) },
    };

    private static ArmTotals Totals(int requests, int errors, double milliseconds, double tokens)
    {
        var random = new Random(requests + errors);
        var (buckets, seconds, completion) = (new Dictionary<int, long>(), default(Moments), default(Moments));
        for (var i = errors; i < requests; i++)
        {
            var latency = TimeSpan.FromMilliseconds(milliseconds * (0.8 + (0.4 * random.NextDouble())));
            var bucket = LatencyScale.Of(latency);
            buckets[bucket] = buckets.GetValueOrDefault(bucket) + 1;
            (seconds, completion) = (seconds.With(latency.TotalSeconds), completion.With(tokens + random.Next(10)));
        }

        var counts = new LatencyCounts { Buckets = buckets };
        return new ArmTotals
        {
            Requests = requests, Errors = errors, FirstToken = counts, Latency = counts, LatencySeconds = seconds,
            CompletionTokens = completion, PromptTokens = new Moments(requests, 10 * requests, 100 * requests),
        };
    }
}
