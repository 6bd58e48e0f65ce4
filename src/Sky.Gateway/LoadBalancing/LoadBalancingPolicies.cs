using System.Collections.Frozen;

namespace Sky.Gateway.LoadBalancing;

/// <summary>The policies by the words of the service file.</summary>
internal static class LoadBalancingPolicies
{
    public const string Default = "least_load";

    private static readonly FrozenDictionary<string, Func<ILoadBalancingPolicy>> Makers =
        new Dictionary<string, Func<ILoadBalancingPolicy>>(StringComparer.OrdinalIgnoreCase)
        {
            ["round_robin"] = () => new RoundRobinPolicy(),
            [Default] = () => new LeastLoadPolicy(),
            ["instance_aware_least_load"] = () => new InstanceAwareLeastLoadPolicy(),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>A policy for one service; the default one for a name that a newer controller knows and this gateway does not.</summary>
    public static ILoadBalancingPolicy Create(string name) =>
        Makers.TryGetValue(name, out var make) ? make() : Makers[Default]();
}
