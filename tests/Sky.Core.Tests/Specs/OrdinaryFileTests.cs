using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class OrdinaryFileTests
{
    private const string Hello = """
        name: hello
        resources:
          ports: 8080
          cpus: 2+
          memory: 4Gi
        envs:
          GREETING: hi
          DEBUG: true
        service:
          readiness_probe:
            path: /health
            initial_delay_seconds: 30
          replica_policy:
            min_replicas: 1
            max_replicas: 3
            target_qps_per_replica: 2.5
        setup: echo setting up
        run: |
          python server.py --port $SKY_PORT
        """;

    [Fact]
    public void Every_section_is_read()
    {
        var spec = SpecFiles.Spec(Hello);

        Assert.Equal("hello", spec.Name);
        Assert.Equal("/health", spec.Serving.ReadinessProbe.Path);
        Assert.Equal(30, spec.Serving.ReadinessProbe.InitialDelaySeconds);
        Assert.Equal(3, spec.Serving.ReplicaPolicy.Max);
        Assert.Equal(2.5, spec.Serving.ReplicaPolicy.TargetQpsPerReplica);
        Assert.Equal("python server.py --port $SKY_PORT", spec.Task.Run);
        Assert.Equal("True", spec.Task.Envs["DEBUG"]);
        Assert.Equal(8080, spec.Task.Port);
        Assert.True(spec.Task.TakesPort);
        var candidate = Assert.Single(spec.Resources.Candidates);
        Assert.Equal(new ResourceAmount(2, true), candidate.Cpus);
        Assert.Equal(new ResourceAmount(4, false), candidate.Memory);
    }

    [Fact]
    public void What_is_not_said_has_the_defaults_of_SkyServe()
    {
        var spec = SpecFiles.Spec("service: {}\nresources: {ports: 8080}\nrun: serve");

        Assert.Equal(new ReadinessProbeSpec().Path, spec.Serving.ReadinessProbe.Path);
        Assert.Equal(1200, spec.Serving.ReadinessProbe.InitialDelaySeconds);
        Assert.Equal(15, spec.Serving.ReadinessProbe.TimeoutSeconds);
        Assert.Equal(10, spec.Serving.ReadinessProbe.IntervalSeconds);
        Assert.Equal(180, spec.Serving.ReadinessProbe.FailureThresholdSeconds);
        Assert.Equal(1, spec.Serving.ReplicaPolicy.MinReplicas);
        Assert.Equal("least_load", spec.Serving.LoadBalancingPolicy);
        Assert.Equal(3600, spec.Serving.DrainSeconds);
        Assert.False(spec.Task.TakesPort);
    }

    [Fact]
    public void The_short_form_says_the_same()
    {
        var spec = SpecFiles.Spec("image: vllm/vllm-openai\nreplicas: 2\nnetworking: {port: 8000}\nresources: {cpus: 4, memory: 16, accelerators: A100}");

        Assert.Equal(2, spec.Serving.ReplicaPolicy.MinReplicas);
        Assert.Equal(8000, spec.Task.Port);
        Assert.Equal("vllm/vllm-openai", spec.Task.Image!.Reference);
        Assert.Equal("A100", spec.Resources.Candidates[0].Accelerator);
    }
}
