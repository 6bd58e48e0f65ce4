using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Simulation.Spot;

/// <summary>
/// Runs policies over windows of a trace, in virtual time. Windows begin at random; each is run once for each placement seed, which gives the order of the
/// zones and the policy's chance. All policies see the same windows, orders and chances.
/// </summary>
public sealed class SpotSimulation
{
    /// <summary>The name of the plan of one who knows the whole window beforehand.</summary>
    public const string Optimum = "optimum";

    private readonly SpotTrace _trace;
    private readonly SpotScenario _scenario;
    private readonly (int Offset, Placement[] Placements)[] _windows;

    /// <param name="trace">What zones could give; at least as long as a window.</param>
    /// <param name="scenario">What is simulated.</param>
    /// <param name="windows">How many; at least 1.</param>
    /// <param name="placements">Placement seeds for each window; at least 1.</param>
    /// <param name="random">Where windows begin, and all other chance.</param>
    public SpotSimulation(SpotTrace trace, SpotScenario scenario, int windows, int placements, Random random)
    {
        _trace = trace;
        _scenario = scenario;
        _windows = new (int, Placement[])[windows];
        for (var i = 0; i < windows; i++)
        {
            _windows[i] = (random.Next(trace.Ticks - scenario.WindowTicks + 1), new Placement[placements]);
            for (var j = 0; j < placements; j++)
            {
                var order = Enumerable.Range(0, trace.Zones.Count).ToArray();
                random.Shuffle(order);
                _windows[i].Placements[j] = new Placement(order, random.Next());
            }
        }
    }

    /// <summary>All that can be run, best known first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. SpotPolicies.All.Select(policy => policy.Name), Optimum];

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SpotResult Run(string policy, CancellationToken cancellation)
    {
        var placements = _windows[0].Placements.Length;
        var outcomes = new SpotOutcome[placements][];
        for (var i = 0; i < placements; i++)
        {
            outcomes[i] = new SpotOutcome[_windows.Length];
        }

        Parallel.For(0, _windows.Length, new ParallelOptions { CancellationToken = cancellation }, window =>
        {
            if (policy == Optimum)
            {
                // It has no chance and no order: one plan is that of all placements.
                var plan = new OfflineOptimum(_scenario, _trace.Capacity, _windows[window].Offset).Solve();
                Array.ForEach(outcomes, outcome => outcome[window] = plan);
                return;
            }

            for (var i = 0; i < placements; i++)
            {
                outcomes[i][window] = Run(SpotPolicies.Find(policy)!, window, _windows[window].Placements[i]).Run();
            }
        });
        return new SpotResult(policy, [.. outcomes.Select(SpotResult.MeanOf)]);
    }

    private SpotRun Run(ISpotPolicy policy, int window, Placement placement) =>
        new(_scenario, _trace, placement.Order, _windows[window].Offset, policy, Settings(policy), new Random(placement.Seed));

    /// <summary>What is compared with SpotHedge has neither spares nor on-demand replicas, as published.</summary>
    private SpotSettings Settings(ISpotPolicy policy) => policy switch
    {
        SpotHedge => new SpotSettings { NumOverprovision = _scenario.Spare, DynamicOnDemandFallback = true },
        AdaptiveSpot => new SpotSettings { AvailabilityTarget = _scenario.AvailabilityTarget },
        _ => new SpotSettings(),
    };

    private readonly record struct Placement(int[] Order, int Seed);
}
