using Sky.Core.Autoscaling;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>How many replicas are wanted now.</summary>
internal static class Scale
{
    /// <summary>Moves the autoscaler on and returns the replicas wanted, overprovisioned ones included.</summary>
    public static int Apply(Draft draft)
    {
        var service = draft.Service;
        var version = Lead.Of(service, draft.Rows) ?? service.TargetVersion;
        var policy = draft.Version(version).Spec.Serving.ReplicaPolicy;
        var decision = RequestRateAutoscaler.Decide(
            new AutoscalerInput
            {
                Policy = policy,
                PolicyVersion = version,
                State = service.Autoscaler,
                Pinned = service.PinnedReplicas,
                Load = draft.Snapshot.Load,
                Accelerators = [.. draft.Live.Select(row => row.Placement.Accelerators)],
            },
            draft.Now);
        if (!ReferenceEquals(decision.State, service.Autoscaler))
        {
            draft.Service = service with { Autoscaler = decision.State };
        }

        if (decision.Reason is { } reason)
        {
            draft.Say(null, reason);
        }

        if (decision.LookAgainAt is { } at)
        {
            draft.LookAt(at);
        }

        var target = decision.State.Target;
        var wanted = SpotScale.Apply(draft, version, target) ?? (target > 0 && service.PinnedReplicas is null ? target + policy.NumOverprovision : target);
        return Budget.Cap(draft, version, wanted);
    }
}
