using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>
/// A replica that listens on the declared port, because its commands do not take one: only one fits on this machine.
/// </summary>
internal static class FixedPort
{
    public static bool Has(ServiceSpec spec) => spec.Task is { TakesPort: false, Port: not null };

    /// <summary>Null when the replicas that this spec may ask for fit.</summary>
    public static Problem? Check(ServiceSpec spec, int? pinned)
    {
        var policy = spec.Serving.ReplicaPolicy;
        var most = pinned ?? Math.Max(policy.MinReplicas, policy.Max) + policy.NumOverprovision;
        return Has(spec) && most > 1
            ? Problem.Unworkable(
                $"Every replica listens on port {spec.Task.Port}, so only one fits on this machine, and {most} are asked for. "
                + "Let `run` listen on $SKY_PORT instead of a fixed port, or ask for one replica.")
            : null;
    }

    /// <summary>What an update of such a service means; null when there is nothing to say.</summary>
    public static string? UpdateNotice(ServiceAggregate service, ServiceSpec spec) =>
        Has(spec) && service.Service.Phase == ServicePhase.Active
            ? $"Replicas listen on port {spec.Task.Port}, so the old one is stopped before the new one starts; requests are held meanwhile. "
                + "Let `run` listen on $SKY_PORT to update without a pause."
            : null;
}
