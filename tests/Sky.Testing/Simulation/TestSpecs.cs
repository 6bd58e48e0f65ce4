using Sky.Core.Specs;

namespace Sky.Testing.Simulation;

/// <summary>Small service specs.</summary>
public static class TestSpecs
{
    public static ServiceSpec Spec(
        int replicas = 1, int? most = null, string run = "serve on $PORT", double? qps = null, int? port = 8080, bool takesPort = true) => new()
        {
            Serving = new ServingSpec
            {
                ReadinessProbe = new ReadinessProbeSpec { IntervalSeconds = 1, InitialDelaySeconds = 60, FailureThresholdSeconds = 10, TimeoutSeconds = 5 },
                ReplicaPolicy = new ReplicaPolicySpec
                {
                    MinReplicas = replicas,
                    MaxReplicas = most,
                    TargetQpsPerReplica = qps,
                    UpscaleDelaySeconds = 5,
                    DownscaleDelaySeconds = 10,
                },
                DrainSeconds = 5,
            },
            Task = new TaskSpec { Run = run, Port = port, TakesPort = takesPort },
            Resources = new ResourcesSpec { Candidates = [new ResourceCandidate()] },
        };
}
