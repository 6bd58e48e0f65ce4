namespace Sky.Core.Specs;

/// <summary>The limit of a service whose commands listen on one port whatever they are given: one replica fits on a machine.</summary>
public static class FixedPort
{
    /// <summary>What to change when more than one replica may run on one machine; null when nothing.</summary>
    public static string? Problem(ServiceSpec spec)
    {
        var policy = spec.Serving.ReplicaPolicy;
        var most = policy.Max + policy.NumOverprovision;
        if (spec.Task.TakesPort || most <= 1)
        {
            return null;
        }
        return $"The service listens on port {spec.Task.Port}, and only one process of this machine can; {most} replicas are asked for. "
            + $"Let `run` listen on $SKY_PORT instead of {spec.Task.Port}, or ask for one replica (`replicas: 1`).";
    }
}
