using System.Globalization;
using System.Text.Json;
using Sky.Core.Autoscaling;
using Sky.Core.Services;
using Sky.Core.Tests.Traffic.Inference;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Canaries;
using Sky.Core.Traffic.Experiments;
using Xunit;

namespace Sky.Core.Tests.Traffic;

/// <summary>What a canary does next, over simulated requests and time.</summary>
public sealed class CanaryDecisionTests(ITestOutputHelper output)
{
    private const int Runs = 100;
    private const int RequestsALook = 40;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_version_that_is_as_good_goes_back_in_at_most_alpha_of_the_runs_and_one_that_is_worse_nearly_always()
    {
        var same = Runs - Enumerable.Range(0, Runs).AsParallel().Count(seed => Run(seed, (0.02, 0.02), (1, 1)).Promoted);
        var failing = Runs - Enumerable.Range(0, Runs).AsParallel().Count(seed => Run(seed, (0.2, 0.02), (1, 1)).Promoted);
        var slower = Runs - Enumerable.Range(0, Runs).AsParallel().Count(seed => Run(seed, (0.02, 0.02), (2, 1)).Promoted);
        output.WriteLine($"{Runs} canaries 10 % → 25 % → 50 %, 15 minutes and 1800 requests a share, a look every 20 s: gone back {same / (double)Runs:P1} when as good, {failing / (double)Runs:P1} with 20 % errors instead of 2 %, {slower / (double)Runs:P1} when twice as slow");
        Assert.True(same <= CanaryDecision.Alpha * Runs);
        Assert.True(failing > 0.99 * Runs && slower > 0.99 * Runs);
    }

    [Fact]
    public void One_that_is_worse_by_just_less_than_is_tolerated_goes_back_in_at_most_alpha_of_the_runs_and_one_well_over_it_nearly_always()
    {
        var spec = Spec with { Metrics = [ArmMetrics.ErrorRate, ArmMetrics.TtftP95, ArmMetrics.LatencyMean] };
        var strict = spec with { Tolerances = spec.Metrics.ToDictionary(metric => metric, _ => 0.0) };
        const int busy = 400;
        var under = GoneBack(spec, (0.0245, 0.02), (1.09, 1), busy);
        var narrow = GoneBack(strict, (0.0245, 0.02), (1.09, 1), busy);
        var failing = GoneBack(spec, (0.12, 0.02), (1, 1));
        var slower = GoneBack(spec, (0.02, 0.02), (1.5, 1));
        output.WriteLine(
            $"{Runs} canaries as above, by error_rate, ttft_p95 and latency_mean: with 18,000 requests a share gone back {under:P1} with 2.45 % errors instead of 2 % and 9 % slower, {narrow:P1} where nothing is tolerated; "
            + $"with 1,800 {failing:P1} with 12 % errors, {slower:P1} when half as slow again");
        Assert.True(under <= CanaryDecision.Alpha);
        Assert.True(narrow > 0.9, "a difference that no tolerance is needed for shows nothing");
        Assert.True(failing > 0.99 && slower > 0.99);
    }

    [Theory]
    [InlineData(ArmMetrics.ErrorRate, 0.03)]
    [InlineData(ArmMetrics.Feedback, 0.03)]
    [InlineData(ArmMetrics.TtftP95, 0.2)]
    [InlineData(ArmMetrics.LatencyMean, 0.2)]
    [InlineData(ArmMetrics.Cost, 0.2)]
    public void What_is_tolerated_is_a_difference_of_shares_and_a_part_of_all_else(string metric, double worse)
    {
        var (one, other) = (Exactly(metric, worse), Exactly(metric, 0));
        bool IsWorse(double tolerance) => CanaryDecision.Next(
            Service(step: 0, since: Start, Spec with { Metrics = [metric], Tolerances = new Dictionary<string, double> { [metric] = tolerance } }),
            new Dictionary<int, ArmSight> { [1] = other, [2] = one }, Start.AddSeconds(1)) is CanaryMove.GoBack;
        Assert.True(IsWorse(0));
        Assert.True(IsWorse(worse * 0.7));
        Assert.False(IsWorse(worse * 1.01));
        Assert.False(CanaryDecision.Next(Service(step: 0, since: Start, Spec with { Metrics = [metric] }), new Dictionary<int, ArmSight> { [1] = one, [2] = other }, Start.AddSeconds(1)) is CanaryMove.GoBack);
    }

    [Fact]
    public void Costs_in_two_currencies_are_not_compared()
    {
        ArmSight In(double worse, string currency) => Exactly(ArmMetrics.Cost, worse) is var sight ? sight with { Totals = sight.Totals with { Currency = currency } } : throw new InvalidOperationException();
        Assert.True(ArmComparison.IsWorse(ArmMetrics.Cost, In(0.5, "USD"), In(0, "USD"), 0.1, 0.05));
        Assert.False(ArmComparison.IsWorse(ArmMetrics.Cost, In(0.5, "EUR"), In(0, "USD"), 0.1, 0.05));
        Assert.Equal((ArmComparison.Open, null), ArmComparison.Of(ArmMetrics.Cost, 2, In(0.5, "EUR"), 1, In(0, "USD"), 0.05) is var told ? (told.Verdict, told.Seen.Value) : default);
    }

    [Fact]
    public void A_version_that_fails_often_gets_few_requests()
    {
        var served = Enumerable.Range(0, 100).Select(seed => Run(seed, (0.5, 0.01), (1, 1)).CanaryRequests).Order().ToList();
        output.WriteLine($"50 % errors: requests at the canary before it went back: {served[50]} in the median, {served[99]} at most of 100 runs");
        Assert.True(served[99] < 80);
    }

    [Fact]
    public void A_share_lasts_its_time_and_needs_requests()
    {
        var service = Service(step: 0, since: Start);
        Assert.IsType<CanaryMove.Wait>(CanaryDecision.Next(service, Sights(1000, 0, 1000, 0), Start.AddSeconds(899)));
        Assert.IsType<CanaryMove.Raise>(CanaryDecision.Next(service, Sights(1000, 0, 1000, 0), Start.AddSeconds(900)));
        var waits = Assert.IsType<CanaryMove.Wait>(CanaryDecision.Next(service, Sights(1000, 0, 19, 0), Start.AddDays(1)));
        Assert.Equal("20 requests to each version at 10%; the one with fewest had 19", waits.For);
        Assert.IsType<CanaryMove.Raise>(CanaryDecision.Next(service, Sights(1000, 0, 20, 0), Start.AddDays(1)));
        Assert.IsType<CanaryMove.Promote>(CanaryDecision.Next(Service(step: 2, since: Start), Sights(1000, 0, 1000, 0), Start.AddDays(1)));
    }

    [Fact]
    public void It_begins_when_its_share_is_in_force_and_goes_back_when_the_version_is_given_up()
    {
        var service = Service(step: 0, since: null);
        Assert.IsType<CanaryMove.Begin>(CanaryDecision.Next(service, Sights(0, 0, 0, 0), Start));
        var starting = service with { Traffic = service.Traffic! with { InForce = [new VersionWeight(1, 100)] } };
        Assert.Equal("the replicas for 10%", Assert.IsType<CanaryMove.Wait>(CanaryDecision.Next(starting, Sights(0, 0, 0, 0), Start)).For);
        var failed = starting with { Versions = new Dictionary<int, VersionProgress> { [2] = new() { FailedAt = Start, FailedReason = "replica 3: run exited with code 1" } } };
        Assert.Equal("replica 3: run exited with code 1", Assert.IsType<CanaryMove.GoBack>(CanaryDecision.Next(failed, Sights(0, 0, 0, 0), Start)).Reason);
    }

    [Fact]
    public void What_is_worse_is_told_at_once_with_its_numbers()
    {
        var back = Assert.IsType<CanaryMove.GoBack>(CanaryDecision.Next(Service(step: 0, since: Start), Sights(900, 9, 100, 30), Start.AddSeconds(1)));
        Assert.StartsWith("error_rate is worse than version 1's by more than 0.5 points: +0.29 (", back.Reason, StringComparison.Ordinal);
        Assert.EndsWith("after 100 requests", back.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "10 25 50")]
    [InlineData(25, "25 50")]
    [InlineData(60, "60")]
    [InlineData(1, "1 25 50")]
    public void Shares_grow_to_a_half_and_then_all(int percent, string steps) =>
        Assert.Equal(steps, string.Join(' ', CanaryState.Steps(Spec with { Percent = percent })));

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Null(Spec.Problem());
        Assert.NotNull((Spec with { Percent = 0 }).Problem());
        Assert.NotNull((Spec with { Percent = 100 }).Problem());
        Assert.NotNull((Spec with { PromoteAfterSeconds = 0 }).Problem());
        Assert.NotNull((Spec with { PromoteAfterSeconds = double.NaN }).Problem());
        Assert.NotNull((Spec with { Metrics = [] }).Problem());
        Assert.NotNull((Spec with { Metrics = ["error_rate", "error_rate"] }).Problem());
        Assert.NotNull((Spec with { Metrics = ["completion_tokens"] }).Problem());
        Assert.NotNull((Spec with { Tolerances = new Dictionary<string, double> { [ArmMetrics.Cost] = 0.1 } }).Problem());
        Assert.NotNull((Spec with { Tolerances = new Dictionary<string, double> { [ArmMetrics.ErrorRate] = 1.01 } }).Problem());
        Assert.NotNull((Spec with { Tolerances = new Dictionary<string, double> { [ArmMetrics.TtftP95] = -0.1 } }).Problem());
        Assert.Null((Spec with { Tolerances = new Dictionary<string, double> { [ArmMetrics.ErrorRate] = 1, [ArmMetrics.TtftP95] = 10 } }).Problem());
    }

    [Theory]
    [InlineData("error_rate=0.5%,ttft_p95=10%", "error_rate=0.005 ttft_p95=0.1")]
    [InlineData(" cost = 0% ", "cost=0")]
    [InlineData("error_rate=0.5", null)]
    [InlineData("error_rate", null)]
    [InlineData("error_rate=-1%", null)]
    [InlineData("error_rate=1%,error_rate=2%", null)]
    [InlineData("", null)]
    public void Tolerances_are_percents(string text, string? read) =>
        Assert.Equal(read, Tolerance.Parse(text) is { } tolerances ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', tolerances.Select(pair => $"{pair.Key}={pair.Value}"))}") : null);

    [Fact]
    public void A_canary_that_was_stored_without_tolerances_has_the_usual_ones()
    {
        var stored = JsonSerializer.SerializeToNode(Service(step: 0, since: Start), SkyJson.Default.ServiceRecord)!;
        Assert.False(stored["canary"]!["spec"]!.AsObject().ContainsKey("tolerances"));
        var read = JsonSerializer.Deserialize(stored, SkyJson.Default.ServiceRecord)!;
        Assert.Equal(0.1, read.Canary!.Spec.Tolerated(ArmMetrics.TtftP95));
    }

    private static CanarySpec Spec => new() { Percent = 10, PromoteAfterSeconds = 900, Metrics = [ArmMetrics.ErrorRate, ArmMetrics.TtftP95] };

    private static double GoneBack(CanarySpec spec, (double Canary, double Baseline) errors, (double Canary, double Baseline) scale, int requests = RequestsALook) =>
        1 - (Enumerable.Range(0, Runs).AsParallel().Count(seed => Run(seed, errors, scale, spec, requests).Promoted) / (double)Runs);

    /// <summary>So many requests that hardly anything is left to chance, of a version that is that much worse.</summary>
    private static ArmSight Exactly(string metric, double worse)
    {
        const long requests = 1_000_000;
        var seconds = Enumerable.Range(0, 1000).Select(i => (1 + worse) * (0.5 + (i / 1000.0))).ToList();
        var values = new Moments(requests, seconds.Sum() * 1000, seconds.Sum(value => value * value) * 1000);
        var buckets = seconds.GroupBy(value => LatencyScale.Of(TimeSpan.FromSeconds(value))).ToDictionary(group => group.Key, group => group.Count() * 1000L);
        return new ArmSight(
            new ArmTotals
            {
                Requests = requests,
                Errors = metric == ArmMetrics.ErrorRate ? (long)(requests * (0.02 + worse)) : 0,
                FirstToken = new LatencyCounts { Buckets = buckets },
                LatencySeconds = values,
                Cost = values,
            },
            new Moments(requests, requests * (0.9 - worse), requests * (0.9 - worse)));
    }

    /// <summary>Two requests a second, unless told otherwise; a look every twenty seconds.</summary>
    private static (bool Promoted, long CanaryRequests) Run(int seed, (double Canary, double Baseline) errors, (double Canary, double Baseline) scale, CanarySpec? spec = null, int requests = RequestsALook)
    {
        var (step, now) = (0, Start);
        var (since, served) = (now, 0L);
        var arms = Arms(seed, step);
        while (true)
        {
            now = now.AddSeconds(20);
            arms.Serve(requests);
            var sights = new Dictionary<int, ArmSight> { [1] = Sight(arms, 1), [2] = Sight(arms, 0) };
            switch (CanaryDecision.Next(Service(step, since, spec), sights, now))
            {
                case CanaryMove.GoBack:
                    return (false, served + arms.Requests[0]);
                case CanaryMove.Promote:
                    return (true, served + arms.Requests[0]);
                case CanaryMove.Raise:
                    served += arms.Requests[0];
                    (step, since) = (step + 1, now);
                    arms = Arms(seed, step);
                    break;
            }
        }

        SimulatedArms Arms(int run, int share) => new((run * 10) + share, errors, scale, CanaryState.Steps(Spec)[share] / 100.0);
    }

    private static ArmSight Sight(SimulatedArms arms, int arm) => new(
        new ArmTotals { Requests = arms.Requests[arm], Errors = arms.Errors[arm], LatencySeconds = arms.Seconds[arm], FirstToken = new LatencyCounts { Buckets = new Dictionary<int, long>(arms.Latency(arm).Buckets) } }, default);

    private static Dictionary<int, ArmSight> Sights(long requests, long errors, long canaryRequests, long canaryErrors) => new()
    {
        [1] = new(new ArmTotals { Requests = requests, Errors = errors }, default),
        [2] = new(new ArmTotals { Requests = canaryRequests, Errors = canaryErrors }, default),
    };

    private static ServiceRecord Service(int step, DateTimeOffset? since, CanarySpec? spec = null)
    {
        VersionWeight[] weights = [new(1, 100 - CanaryState.Steps(Spec)[step]), new(2, CanaryState.Steps(Spec)[step])];
        return new ServiceRecord
        {
            Name = new ServiceName("a"),
            Phase = ServicePhase.Active,
            LatestVersion = 2,
            TargetVersion = 1,
            NextReplicaId = new ReplicaId(1),
            Autoscaler = new AutoscalerState { Target = 1 },
            CreatedAt = Start,
            Canary = new CanaryState { Baseline = 1, Version = 2, Spec = spec ?? Spec, Step = step, StepSince = since },
            Traffic = new TrafficSplit { Generation = 1, Since = Start, Weights = weights, InForce = weights },
        };
    }
}
