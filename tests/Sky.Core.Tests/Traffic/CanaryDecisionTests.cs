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
        Assert.StartsWith("error_rate is worse than version 1's: +0.29 (", back.Reason, StringComparison.Ordinal);
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
    }

    private static CanarySpec Spec => new() { Percent = 10, PromoteAfterSeconds = 900, Metrics = [ArmMetrics.ErrorRate, ArmMetrics.TtftP95] };

    /// <summary>Two requests a second; a look every twenty seconds.</summary>
    private static (bool Promoted, long CanaryRequests) Run(int seed, (double Canary, double Baseline) errors, (double Canary, double Baseline) scale)
    {
        var (step, now) = (0, Start);
        var (since, served) = (now, 0L);
        var arms = Arms(seed, step);
        while (true)
        {
            now = now.AddSeconds(20);
            arms.Serve(40);
            var sights = new Dictionary<int, ArmSight> { [1] = Sight(arms, 1), [2] = Sight(arms, 0) };
            switch (CanaryDecision.Next(Service(step, since), sights, now))
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
        new ArmTotals { Requests = arms.Requests[arm], Errors = arms.Errors[arm], FirstToken = new LatencyCounts { Buckets = new Dictionary<int, long>(arms.Latency(arm).Buckets) } }, default);

    private static Dictionary<int, ArmSight> Sights(long requests, long errors, long canaryRequests, long canaryErrors) => new()
    {
        [1] = new(new ArmTotals { Requests = requests, Errors = errors }, default),
        [2] = new(new ArmTotals { Requests = canaryRequests, Errors = canaryErrors }, default),
    };

    private static ServiceRecord Service(int step, DateTimeOffset? since)
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
            Canary = new CanaryState { Baseline = 1, Version = 2, Spec = Spec, Step = step, StepSince = since },
            Traffic = new TrafficSplit { Generation = 1, Since = Start, Weights = weights, InForce = weights },
        };
    }
}
