using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>The cheapest plan found by trying all: in each tick every number of replicas in every place, by the definitions of the simulator and nothing else.</summary>
internal static class AllPlans
{
    public static double Cheapest(SpotScenario scenario, int[][] capacity)
    {
        // What matters of the past are the last plans as far back as a cold start; of all ways to the same ones only the cheapest goes on.
        var ways = new Dictionary<string, (int[][] Plans, double Cost)> { [""] = ([], 0) };
        for (var tick = 0; tick < scenario.WindowTicks; tick++)
        {
            var next = new Dictionary<string, (int[][] Plans, double Cost)>();
            foreach (var plan in Plans(scenario, capacity, tick))
            {
                foreach (var (plans, cost) in ways.Values)
                {
                    int[][] all = [.. plans, plan];
                    if (tick >= scenario.ColdStartTicks && Active(all) < scenario.Target)
                    {
                        continue;
                    }

                    int[][] kept = all.Length > scenario.ColdStartTicks ? all[^scenario.ColdStartTicks..] : all;
                    var key = string.Join('|', kept.Select(one => string.Join(',', one)));
                    var sum = cost + plan[..^1].Sum() + (scenario.OnDemandPrice * plan[^1]);
                    if (!next.TryGetValue(key, out var known) || sum < known.Cost)
                    {
                        next[key] = (kept, sum);
                    }
                }
            }

            ways = next;
        }

        return ways.Values.Min(way => way.Cost);
    }

    private static int Active(int[][] plans) => Enumerable.Range(0, plans[0].Length).Sum(place => plans.Min(plan => plan[place]));

    private static IEnumerable<int[]> Plans(SpotScenario scenario, int[][] capacity, int tick)
    {
        IEnumerable<int[]> plans = [[]];
        foreach (var most in capacity.Select(zone => Math.Min(zone[tick], scenario.Target)).Append(scenario.Target))
        {
            plans = plans.SelectMany(plan => Enumerable.Range(0, most + 1).Select(count => (int[])[.. plan, count]));
        }

        return plans;
    }
}
