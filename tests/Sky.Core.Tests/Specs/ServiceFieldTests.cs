using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class ServiceFieldTests
{
    [Theory]
    [InlineData("replicas: -3", "replicas must be between 0 and 10000")]
    [InlineData("replicas: \"2\"", "replicas must be a whole number; '2' is text: remove the quotes.")]
    [InlineData("replicas: true", "replicas must be a whole number; 'true' is true or false.")]
    [InlineData("replicas: 2.5", "replicas must be a whole number; '2.5' is a number.")]
    [InlineData("replicas: 1\nworkers: 1", "Cannot specify both `replicas` (line 3) and `workers` (line 4)")]
    [InlineData("replicas: 1\nreplica_policy: {min_replicas: 1}", "Cannot specify both `replicas` (line 3) and `replica_policy` (line 4) in the service YAML.")]
    [InlineData("replica_policy: {max_replicas: 1}", "'min_replicas' is a required property")]
    [InlineData("replica_policy: {min_replicas: 3, max_replicas: 1}", "max_replicas must be greater than or equal to min_replicas. Found: min_replicas=3, max_replicas=1")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 3}", "Detected different min_replicas and max_replicas while target_qps_per_replica is not set.")]
    [InlineData("replica_policy: {min_replicas: 1, target_qps_per_replica: 3}", "max_replicas must be set where target_qps_per_replica is set.")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: 0}", "target_qps_per_replica must be greater than 0")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: -1}", "target_qps_per_replica must be greater than 0")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: {A100: 0}}\nload_balancing_policy: instance_aware_least_load", "A100 must be greater than 0")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: {A100: }}\nload_balancing_policy: instance_aware_least_load", "'A100' has no number")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: {}}\nload_balancing_policy: instance_aware_least_load", "names no accelerator")]
    [InlineData("replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: {A100: 1}}", "needs `load_balancing_policy: instance_aware_least_load`")]
    [InlineData("load_balancing_policy: instance_aware_least_load", "needs target_qps_per_replica by accelerator")]
    [InlineData("replicas: 99999999999999999999", "replicas is too large")]
    [InlineData("load_balancing_policy: random", "is not one of auto, least_load, round_robin, instance_aware_least_load")]
    [InlineData("replica_policy: {min_replicas: 1, upscale_delay_seconds: -1}", "upscale_delay_seconds must be between 0")]
    [InlineData("replica_policy: {min_replicas: 1, dynamic_ondemand_fallback: true}", "needs `use_spot: true`")]
    [InlineData("readiness_probe: health", "readiness_path must start with a slash (/). Got: health")]
    [InlineData("readiness_probe: {timeout_seconds: 3}", "'path' is a required property of service.readiness_probe.")]
    [InlineData("readiness_probe: {path: /, endpoint_probe_interval_seconds: 0}", "endpoint_probe_interval_seconds must be greater than 0")]
    [InlineData("readiness_probe: {path: /, timeout_seconds: 0}", "timeout_seconds must be greater than 0")]
    [InlineData("readiness_probe: {path: /, initial_delay_seconds: -1}", "initial_delay_seconds must be between 0")]
    [InlineData("readiness_probe: {path: /, initial_delay_seconds: .inf}", "initial_delay_seconds must be a number")]
    [InlineData("readiness_probe: {path: /, headers: {X: 1}}", "X must be text; '1' is a whole number: put it in quotes")]
    [InlineData("readiness_probe: {path: /, post_data: '{'}", "Invalid JSON string for `post_data`")]
    [InlineData("readiness_probe: {path: /, post_data: [1]}", "post_data must be text or a mapping, not a list.")]
    [InlineData("readiness_probe: {path: /, initial_delay: 3}", "Instead of 'initial_delay', did you mean 'initial_delay_seconds'?")]
    [InlineData("ports: 70000", "ports must be between 1 and 65535")]
    [InlineData("ports: \"8080\"", "remove the quotes")]
    [InlineData("tls: {keyfile: a}", "'certfile' is a required property")]
    [InlineData("update_policy: {max_surge: 0, max_unavailable: 0}", "cannot both be 0")]
    [InlineData("update_policy: {on_failure: explode}", "is not one of stop, rollback")]
    [InlineData("drain_seconds: -1", "drain_seconds must be between 0")]
    [InlineData("hold: {max_requests: 1.5}", "max_requests must be a whole number")]
    [InlineData("hold: {release_at_once: 0}", "release_at_once must be between 1")]
    [InlineData("outliers: {consecutive_failures: -1}", "consecutive_failures must be between 0")]
    [InlineData("outliers: {max_ejected_percent: 101}", "max_ejected_percent must be between 0 and 100")]
    [InlineData("outliers: {interval_seconds: 0}", "interval_seconds must be greater than 0")]
    [InlineData("outliers: {ejection: 3}", "Instead of 'ejection', did you mean 'ejection_seconds'?")]
    [InlineData("slow_start_seconds: -1", "slow_start_seconds must be between 0")]
    [InlineData("timeouts: {total_seconds: 0}", "total_seconds must be greater than 0")]
    [InlineData("hedge: {after: p99}", "after must be a number of seconds or p95")]
    [InlineData("hedge: {after: 0}", "after must be greater than 0")]
    [InlineData("hedge: {requests: all}", "is not one of repeatable, inference")]
    [InlineData("prices: {input: -1}", "input must be between 0")]
    [InlineData("prices: {inputs: 1}", "did you mean 'input'")]
    [InlineData("prices: 3", "prices must be a mapping")]
    [InlineData("usage: always", "is not one of final, continuous, none")]
    [InlineData("load_balancer: {stream_timeout_seconds: 0}", "stream_timeout_seconds must be greater than 0")]
    public void Nonsense_is_an_error_that_says_what_is_right(string lines, string words)
    {
        var errors = SpecFiles.Read(SpecFiles.Service(lines)).Errors;

        Assert.Contains(errors, error => error.Message.Contains(words, StringComparison.Ordinal) && error.Line >= 3 && error.Path.StartsWith("service", StringComparison.Ordinal));
    }

    [Fact]
    public void Prices_are_read_exactly()
    {
        var serving = SpecFiles.Spec(SpecFiles.Service("prices: {input: 0.15, cached_input: 0.075, output: 0.6, currency: EUR}\nusage: Continuous")).Serving;

        Assert.Equal(new PriceSpec { Input = 0.15m, CachedInput = 0.075m, Output = 0.6m, Currency = "EUR" }, serving.Prices);
        Assert.Equal(UsageAsk.Continuous, serving.Usage);
        Assert.Null(SpecFiles.Spec(SpecFiles.Service("replicas: 1")).Serving.Prices);
    }

    [Fact]
    public void Base_on_demand_above_the_most_replicas_is_an_error()
    {
        var error = SpecFiles.Error("run: a $PORT\nresources: {use_spot: true}\nservice:\n  replica_policy: {min_replicas: 1, base_ondemand_fallback_replicas: 2}");

        Assert.Contains("above the most replicas there can be (1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_is_taken_over()
    {
        var serving = SpecFiles.Spec(SpecFiles.Service("""
            readiness_probe:
              path: /ready?x=1
              initial_delay_seconds: 1.5
              timeout_seconds: 2
              endpoint_probe_interval_seconds: 0.5
              consecutive_failure_threshold_timeout: 20
              post_data: '{"n": [1, 2]}'
              headers: {X-Key: abc}
            replica_policy:
              min_replicas: 0
              max_replicas: 8
              target_qps_per_replica: {a100-80gb: 2, "L4:1": 0.5, RTX-A6000: 3}
              upscale_delay_seconds: 0
              downscale_delay_seconds: 7
              num_overprovision: 1
            load_balancing_policy: Instance_Aware_Least_Load
            load_balancer: {stream_timeout_seconds: 9.5}
            drain_seconds: 11
            update_policy: {max_surge: 0, max_unavailable: 2, on_failure: Rollback}
            hold: {max_requests: 4, max_bytes: 1_000, max_seconds: 3}
            """)).Serving;

        Assert.Equal(("/ready?x=1", 1.5, 2, 0.5, 20), (serving.ReadinessProbe.Path, serving.ReadinessProbe.InitialDelaySeconds,
            serving.ReadinessProbe.TimeoutSeconds, serving.ReadinessProbe.IntervalSeconds, serving.ReadinessProbe.FailureThresholdSeconds));
        Assert.Equal("{\"n\": [1, 2]}", serving.ReadinessProbe.PostData!.Value.GetRawText());
        Assert.Equal("abc", serving.ReadinessProbe.Headers["X-Key"]);
        Assert.Equal((0, 8, 0.0, 7.0, 1), (serving.ReplicaPolicy.MinReplicas, serving.ReplicaPolicy.Max,
            serving.ReplicaPolicy.UpscaleDelaySeconds, serving.ReplicaPolicy.DownscaleDelaySeconds, serving.ReplicaPolicy.NumOverprovision));
        Assert.Equal(new Dictionary<string, double> { ["A100-80GB"] = 2, ["L4"] = 0.5, ["RTX-A6000"] = 3 }, serving.ReplicaPolicy.TargetQpsPerAccelerator);
        Assert.Equal("instance_aware_least_load", serving.LoadBalancingPolicy);
        Assert.Equal((9.5, 11.0), (serving.StreamTimeoutSeconds, serving.DrainSeconds));
        Assert.Equal(new UpdatePolicySpec { MaxSurge = 0, MaxUnavailable = 2, OnFailure = UpdateFailureAction.Rollback }, serving.UpdatePolicy);
        Assert.Equal(new HoldSpec { MaxRequests = 4, MaxBytes = 1000, MaxSeconds = 3 }, serving.Hold);
    }

    [Theory]
    [InlineData("replicas: 2.0", 2)]
    [InlineData("workers: 3", 3)]
    [InlineData("replicas: 0b11", 3)]
    [InlineData("replicas:", 1)]
    public void A_number_of_replicas_may_be_written_so(string line, int expected) =>
        Assert.Equal(expected, SpecFiles.Spec(SpecFiles.Service(line)).Serving.ReplicaPolicy.MinReplicas);

    [Fact]
    public void Tls_files_must_be_there_and_become_absolute()
    {
        var folder = Directory.CreateTempSubdirectory("sky-tls-").FullName;
        File.WriteAllText(Path.Combine(folder, "key.pem"), "");
        var result = SpecFiles.Read(SpecFiles.Service("tls:\n  keyfile: key.pem\n  certfile: cert.pem"), new() { BaseDirectory = folder });

        Assert.Equal("service.tls.certfile", Assert.Single(result.Errors).Path);
        File.WriteAllText(Path.Combine(folder, "cert.pem"), "");
        var spec = SpecFiles.Spec(SpecFiles.Service("tls:\n  keyfile: key.pem\n  certfile: cert.pem"), new() { BaseDirectory = folder });
        Assert.Equal(Path.Combine(folder, "cert.pem"), spec.Serving.Tls!.CertFile);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("service:\n  replicas: 1\nresources: {ports: 80, spot_recovery: FAILOVER}\nrun: a", "resources.spot_recovery")]
    [InlineData("service:\n  replicas: 1\nresources: {ports: 80, job_recovery: none}\nrun: a", "resources.job_recovery")]
    [InlineData("service:\n  auto_restart: true\nresources: {ports: 80}\nrun: a", "service.auto_restart")]
    [InlineData("service:\n  replica_policy: {min_replicas: 1, qps_upper_threshold: 3}\nresources: {ports: 80}\nrun: a", "service.replica_policy.qps_upper_threshold")]
    public void A_retired_field_is_a_warning_that_says_what_to_write(string text, string path)
    {
        var result = SpecFiles.Read(text);

        Assert.True(result.Ok);
        var warning = Assert.Single(result.Warnings);
        Assert.Equal(path, warning.Path);
        Assert.Contains("is no longer used: ", warning.Message, StringComparison.Ordinal);
    }
}
