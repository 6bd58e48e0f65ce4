using Sky.Core.Catalog;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>Specs for tests; every argument has an everyday value.</summary>
internal static class TestSpec
{
    public static readonly Offering Host = new() { Cloud = "local", InstanceType = "host", Cpus = 8, Memory = 32, HourlyCost = 0, Owned = true };

    public static ServiceSpec Of(
        string run = "serve $SKY_PORT",
        int min = 1,
        int? max = null,
        double? qps = null,
        Func<ServingSpec, ServingSpec>? serving = null,
        Func<ReplicaPolicySpec, ReplicaPolicySpec>? policy = null,
        int? fixedPort = null)
    {
        var replicas = new ReplicaPolicySpec { MinReplicas = min, MaxReplicas = max, TargetQpsPerReplica = qps };
        var section = new ServingSpec
        {
            ReadinessProbe = new ReadinessProbeSpec { InitialDelaySeconds = 60, FailureThresholdSeconds = 30 },
            ReplicaPolicy = policy?.Invoke(replicas) ?? replicas,
            DrainSeconds = 20,
        };
        return new ServiceSpec
        {
            Serving = serving?.Invoke(section) ?? section,
            Task = new TaskSpec { Run = run, Port = fixedPort ?? 8080, TakesPort = fixedPort is null },
            Resources = new ResourcesSpec { Candidates = [new ResourceCandidate()] },
        };
    }
}
