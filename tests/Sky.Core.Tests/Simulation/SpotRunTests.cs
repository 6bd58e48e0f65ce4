using Sky.Core.Autoscaling.Spot;
using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>How the simulator counts, on windows small enough to do by hand.</summary>
public sealed class SpotRunTests
{
    private static readonly SpotScenario Small = new() { Target = 1, ColdStartTicks = 2, WindowTicks = 10 };

    [Fact]
    public void On_demand_costs_what_it_is_measured_against_and_is_always_there()
    {
        var outcome = Run(new OnDemandOnly(), Small with { Target = 3 }, [4, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
        Assert.Equal(new SpotOutcome(1, 1, 3, 0), outcome);
    }

    [Fact]
    public void A_replica_is_active_after_its_cold_start_and_paid_from_its_launch()
    {
        // Launched at 0, active from 2; lost at 5; asked for again from 6 on, given at 7, active from 9.
        var outcome = Run(new RoundRobin(), Small, [1, 1, 1, 1, 1, 0, 0, 1, 1, 1]);
        Assert.Equal(4 / 8.0, outcome.Availability);
        Assert.Equal(8 / 30.0, outcome.Cost, 12);
        Assert.Equal((2, 1), (outcome.Launches, outcome.Preemptions));
    }

    [Fact]
    public void Who_came_last_goes_first()
    {
        // The second replica is given at 4 and lost at 5; the first one stays active.
        var outcome = Run(new RoundRobin(), Small with { Target = 2 }, [1, 1, 1, 1, 2, 1, 1, 1, 1, 1]);
        Assert.Equal(0, outcome.Availability);
        Assert.Equal((2, 1), (outcome.Launches, outcome.Preemptions));
        Assert.Equal(11 / 60.0, outcome.Cost, 12);
    }

    [Fact]
    public void Windows_placements_and_chance_come_from_the_seed_alone()
    {
        var trace = TraceMaker.Correlated(1);
        Assert.Equal(Outcome(7), Outcome(7));
        Assert.NotEqual(Outcome(7), Outcome(8));

        SpotOutcome Outcome(int seed) => new SpotSimulation(trace, new SpotScenario(), 4, 2, new Random(seed)).Run("spot_hedge", CancellationToken.None).Mean;
    }

    [Fact]
    public void Differences_are_paired_by_placement_seed()
    {
        var one = new SpotResult("one", [new SpotOutcome(0.9, 0.5, 1, 1), new SpotOutcome(0.7, 0.4, 1, 1)]);
        var two = new SpotResult("two", [new SpotOutcome(0.8, 0.5, 1, 1), new SpotOutcome(0.5, 0.5, 1, 1)]);
        var difference = PairedDifference.Of(one, two, outcome => outcome.Availability);
        Assert.Equal((0.15, 0.1, 0.2), (Math.Round(difference.Mean, 9), Math.Round(difference.Least, 9), Math.Round(difference.Most, 9)));
    }

    [Fact]
    public void A_cancelled_simulation_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var simulation = new SpotSimulation(TraceMaker.Calm(1), new SpotScenario(), 1, 1, new Random(1));
        Assert.ThrowsAny<OperationCanceledException>(() => simulation.Run("adaptive", cancelled.Token));
    }

    private static SpotOutcome Run(ISpotPolicy policy, SpotScenario scenario, int[] values) =>
        new SpotRun(scenario, SpotTrace.Of([new ZoneTrace("z", 30, values), new ZoneTrace("other", 30, [.. values.Select(_ => 2)])]), [0], 0, policy, new SpotSettings(), new Random(1)).Run();
}
