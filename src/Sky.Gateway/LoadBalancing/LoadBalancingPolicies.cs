using System.Collections.Frozen;

namespace Sky.Gateway.LoadBalancing;

/// <summary>The policies by the words of the service file.</summary>
internal static class LoadBalancingPolicies
{
    public const string Default = "least_load";

    private static readonly FrozenDictionary<string, Func<TimeProvider, Random, ILoadBalancingPolicy>> Makers =
        new Dictionary<string, Func<TimeProvider, Random, ILoadBalancingPolicy>>(StringComparer.OrdinalIgnoreCase)
        {
            ["round_robin"] = (_, _) => new RoundRobinPolicy(),
            [Default] = (_, _) => new LeastLoadPolicy(),
            ["instance_aware_least_load"] = (_, _) => new InstanceAwareLeastLoadPolicy(),
            ["power_of_two"] = (_, random) => new PowerOfTwoPolicy(random),
            ["least_tokens"] = (time, random) => new LeastTokensPolicy(random, time),
            ["latency"] = (_, random) => new LatencyPolicy(random),
            ["prefix"] = (time, random) => new PrefixPolicy(time, random),
            ["session"] = (_, random) => new SessionPolicy(random),
            ["auto"] = (time, random) => new AutoPolicy(time, random),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>A policy for one service; the default one for a name that a newer controller knows and this gateway does not.</summary>
    public static ILoadBalancingPolicy Create(string name, TimeProvider time, Random random) =>
        Makers.GetValueOrDefault(name, Makers[Default])(time, random);
}
