using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>How many replicas are wanted now.</summary>
public static class Scale
{
    /// <summary>Moves the autoscaler on and returns the replicas wanted, overprovisioned ones included.</summary>
    internal static int Apply(Draft draft)
    {
        var service = draft.Service;
        var input = InputOf(new ServiceAggregate { RowVersion = 0, Service = service, Replicas = draft.Rows, Versions = draft.Snapshot.Stored.Versions }, draft.Snapshot.Load, draft.Snapshot.Metrics);
        var (version, policy) = (input.PolicyVersion, input.Policy);
        var decision = Autoscaler.Decide(input, draft.Now);
        if (!ReferenceEquals(decision.State, service.Autoscaler))
        {
            draft.Service = service with { Autoscaler = decision.State };
        }

        if (decision.Reason is { } reason)
        {
            draft.Say(null, reason);
        }

        if (decision.State.Missing is null != service.Autoscaler.Missing is null)
        {
            draft.Say(null, decision.State.Missing ?? "All metrics are known again.");
        }

        if (decision.LookAgainAt is { } at)
        {
            draft.LookAt(at);
        }

        var target = decision.State.Target;
        var wanted = SpotScale.Apply(draft, version, target) ?? (target > 0 && service.PinnedReplicas is null ? target + policy.NumOverprovision : target);
        return Budget.Cap(draft, version, wanted);
    }

    /// <summary>What the autoscaler looks at.</summary>
    /// <param name="stored">The service.</param>
    /// <param name="load">What gateways report of it.</param>
    /// <param name="metrics">What was read of metrics, by version.</param>
    public static AutoscalerInput InputOf(ServiceAggregate stored, ServiceLoad load, IReadOnlyDictionary<int, IReadOnlyList<MetricSight>> metrics)
    {
        var (service, live) = (stored.Service, stored.Replicas.Where(row => row.State.IsLive()).ToList());
        var version = Lead.Of(service, stored.Replicas) ?? service.TargetVersion;
        return new AutoscalerInput
        {
            Policy = stored.Versions[version].Spec.Serving.ReplicaPolicy,
            PolicyVersion = version,
            State = service.Autoscaler,
            Pinned = service.PinnedReplicas,
            Load = load,
            Accelerators = [.. live.Select(row => row.Placement.Accelerators)],
            Ready = [.. live.Where(row => row.State == ReplicaState.Ready).Select(row => row.Id)],
            Live = live.Count,
            Metrics = metrics.GetValueOrDefault(version, []),
        };
    }
}
