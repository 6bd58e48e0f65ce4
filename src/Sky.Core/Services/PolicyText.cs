using System.Globalization;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;

namespace Sky.Core.Services;

/// <summary>A replica policy in SkyServe's words.</summary>
public static class PolicyText
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
        return $"Autoscaling from {policy.MinReplicas} to {Replicas(policy.Max)}{overprovision} ({Targets(policy)})";
    }

    private static string Replicas(int number) => number == 1 ? "1 replica" : $"{number} replicas";

    /// <summary>What the number of replicas follows, in SkyServe's words where it has some.</summary>
    public static string Targets(ReplicaPolicySpec policy) => string.Join(
        "; ",
        (policy.FollowsRequests ? [$"target QPS per replica: {Qps(policy)}"] : Enumerable.Empty<string>())
            .Concat(policy.Metrics.Select(metric => $"{MetricDemand.NameOf(metric)}: {metric.Target.ToString(CultureInfo.InvariantCulture)}")));

    private static string Qps(ReplicaPolicySpec policy) => policy.TargetQpsPerReplica is { } qps
        ? qps.ToString(CultureInfo.InvariantCulture)
        : string.Join(", ", policy.TargetQpsPerAccelerator.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")));
}
