using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Reference;

namespace Sky.Gateway.Simulation;

/// <summary>Runs the gateway's own policies over a trace in virtual time. The same seed gives the same result.</summary>
public sealed class RoutingSimulation(RequestTrace trace, int replicas, ReplicaModel model, int seed)
{
    private static readonly string[] NotForModels = ["instance_aware_least_load"];

    /// <summary>The policies that are compared when none is named: those of the service file, and rules of other gateways.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. LoadBalancingPolicies.Names.Except(NotForModels).Order(StringComparer.Ordinal), "bounded_hash", "llm_d", "sglang"];

    /// <param name="policy">One of <see cref="Names"/>.</param>
    public RoutingResult Run(string policy)
    {
        var run = new SimulatedRun(trace, replicas, model, (time, random) => Create(policy, time, random), seed);
        run.ToEnd();
        var times = run.TimesToFirstToken.Order().ToArray();
        var ideal = trace.IdealHits();
        var mean = run.Replicas.Average(replica => replica.PrefillSeconds);
        return new RoutingResult(
            policy,
            ideal == 0 ? 0 : (double)run.Replicas.Sum(replica => replica.Hits) / ideal,
            times.Average(),
            Percentile(times, 0.50),
            Percentile(times, 0.99),
            mean == 0 ? 1 : run.Replicas.Max(replica => replica.PrefillSeconds) / mean);
    }

    private static ILoadBalancingPolicy Create(string policy, TimeProvider time, Random random) => policy switch
    {
        "bounded_hash" => new BoundedHashing(random),
        "llm_d" => new WeightedScorers(time, random),
        "sglang" => new CacheAwareRule(time, random),
        _ => LoadBalancingPolicies.Create(policy, time, random),
    };

    /// <summary>The nearest rank: the smallest value that at least that share of all do not exceed.</summary>
    private static double Percentile(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
