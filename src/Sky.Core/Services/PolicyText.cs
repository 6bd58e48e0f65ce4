using System.Globalization;
using Sky.Core.Specs;

namespace Sky.Core.Services;

/// <summary>A replica policy in SkyServe's words.</summary>
internal static class PolicyText
{
    public static string Of(ReplicaPolicySpec policy, int? pinned)
    {
        if (pinned is { } number)
        {
            return $"Fixed {Replicas(number)} (set by hand)";
        }

        if (policy.Max == policy.MinReplicas)
        {
            return $"Fixed {Replicas(policy.MinReplicas)}";
        }

        var overprovision = policy.NumOverprovision > 0 ? $" with {policy.NumOverprovision} overprovisioned replicas" : "";
        return $"Autoscaling from {policy.MinReplicas} to {Replicas(policy.Max)}{overprovision} (target QPS per replica: {Qps(policy)})";
    }

    private static string Replicas(int number) => number == 1 ? "1 replica" : $"{number} replicas";

    private static string Qps(ReplicaPolicySpec policy) => policy.TargetQpsPerReplica is { } qps
        ? qps.ToString(CultureInfo.InvariantCulture)
        : string.Join(", ", policy.TargetQpsPerAccelerator.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")));
}
