using CsCheck;
using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

public sealed class OfflineOptimumTests
{
    private static readonly Gen<(SpotScenario Scenario, int[][] Capacity)> Instances =
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[4, 9], Gen.Int[2, 6].Select(half => half / 2.0), Gen.Int[1, 2]).SelectMany((target, cold, ticks, price, zones) =>
            Gen.Int[0, 2].Array[ticks].Array[zones].Select(capacity => (
                new SpotScenario { Target = target, ColdStartTicks = cold, WindowTicks = Math.Max(ticks, cold + 1), OnDemandPrice = price },
                capacity.Select(zone => zone.Concat(Enumerable.Repeat(1, 4)).ToArray()).ToArray())));

    [Fact]
    public void It_is_as_cheap_as_the_cheapest_of_all_plans() => Instances.Sample(instance =>
    {
        var found = new OfflineOptimum(instance.Scenario, instance.Capacity, 0).Solve();
        var whole = instance.Scenario.OnDemandPrice * instance.Scenario.Target * instance.Scenario.WindowTicks;
        Assert.Equal(AllPlans.Cheapest(instance.Scenario, instance.Capacity), found.Cost * whole, 6);
    }, iter: 1000);

    [Fact]
    public void A_hand_over_overlaps_by_the_cold_start()
    {
        // Zone a holds one until tick 5, zone b from tick 2 on: one replica in a for six ticks, one in b from 4 on, active at 6.
        int[][] capacity = [[1, 1, 1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]];
        var found = new OfflineOptimum(new SpotScenario { Target = 1, ColdStartTicks = 2, WindowTicks = 10 }, capacity, 0).Solve();
        Assert.Equal(12 / 30.0, found.Cost, 9);
        Assert.Equal(2, found.Launches);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_policy_that_is_always_available_is_cheaper(int seed)
    {
        foreach (var trace in new[] { TraceMaker.Calm(seed), TraceMaker.Correlated(seed) })
        {
            var simulation = new SpotSimulation(trace, new SpotScenario(), 12, 1, new Random(seed));
            var optimum = simulation.Run(SpotSimulation.Optimum, CancellationToken.None).Mean;
            Assert.Equal(1, optimum.Availability);
            foreach (var policy in SpotSimulation.Names.Where(name => name != SpotSimulation.Optimum))
            {
                var outcome = simulation.Run(policy, CancellationToken.None).Mean;
                Assert.True(outcome.Availability < 1 || outcome.Cost >= optimum.Cost - 1e-9, policy);
            }
        }
    }

    [Fact]
    public void A_network_that_does_not_hold_the_flow_has_none()
    {
        var flow = new MinCostFlow(3);
        flow.AddArc(0, 1, 2, 1);
        flow.AddArc(1, 2, 1, 1);
        Assert.Null(flow.Send(0, 2, 2));
    }
}
