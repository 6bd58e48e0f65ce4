using System.Globalization;
using Sky.Core.Images.Scanning;
using Sky.Core.Autoscaling.Spot;
using Sky.Core.Keys;
using Sky.Core.Specs;
using Sky.Core.Specs.Schema;

namespace Sky.Core.Tests.Specs;

/// <summary>What a file does not say: SkyServe's defaults where it has the field, and ours where it has not.</summary>
public sealed class DefaultTests
{
    private const string Bare = "run: serve $SKY_PORT\nservice: {}\n";

    /// <summary>Every mapping of the service section is there, with only what it requires.</summary>
    private const string EmptyMappings = """
        run: serve $SKY_PORT
        service:
          readiness_probe: {path: /}
          replica_policy: {min_replicas: 1}
          load_balancer: {}
          update_policy: {}
          hold: {}
          outliers: {}
          timeouts: {}
          prices: {}
          budget: {usd: 10}
          limits: {}
          hedge: {}
        resources: {}
        image: {build: {prepare: make}}
        security: {scan: {scanner: none}}
        """;

    private static readonly Dictionary<string, (string Written, Func<ServiceSpec, object?> Read)> Defaults = new()
    {
        ["num_nodes"] = ("1", spec => spec.Task.NumNodes),
        ["service.readiness_probe"] = ("/", spec => spec.Serving.ReadinessProbe.Path),
        ["service.readiness_probe.initial_delay_seconds"] = ("1200", spec => spec.Serving.ReadinessProbe.InitialDelaySeconds),
        ["service.readiness_probe.timeout_seconds"] = ("15", spec => spec.Serving.ReadinessProbe.TimeoutSeconds),
        ["service.readiness_probe.endpoint_probe_interval_seconds"] = ("10", spec => spec.Serving.ReadinessProbe.IntervalSeconds),
        ["service.readiness_probe.consecutive_failure_threshold_timeout"] = ("180", spec => spec.Serving.ReadinessProbe.FailureThresholdSeconds),
        ["service.replica_policy.upscale_delay_seconds"] = ("300", spec => spec.Serving.ReplicaPolicy.UpscaleDelaySeconds),
        ["service.replica_policy.downscale_delay_seconds"] = ("1200", spec => spec.Serving.ReplicaPolicy.DownscaleDelaySeconds),
        ["service.replica_policy.num_overprovision"] = ("0", spec => spec.Serving.ReplicaPolicy.NumOverprovision),
        ["service.replica_policy.availability_target"] = ("0.999", spec => spec.Serving.ReplicaPolicy.AvailabilityTarget ?? SpotSettings.DefaultAvailabilityTarget),
        ["service.replica_policy.dynamic_ondemand_fallback"] = ("false", spec => spec.Serving.ReplicaPolicy.DynamicOnDemandFallback),
        ["service.replica_policy.base_ondemand_fallback_replicas"] = ("0", spec => spec.Serving.ReplicaPolicy.BaseOnDemandFallbackReplicas),
        ["service.load_balancing_policy"] = ("least_load", spec => spec.Serving.LoadBalancingPolicy),
        ["service.load_balancer.stream_timeout_seconds"] = ("120", spec => spec.Serving.StreamTimeoutSeconds),
        ["service.budget.per"] = ("month", spec => spec.Serving.Budget?.Per ?? BudgetPeriod.Month),
        ["security.profile"] = ("baseline", spec => spec.Task.Security.Profile),
        ["security.allow_privilege_escalation"] = ("false", spec => spec.Task.Security.AllowPrivilegeEscalation),
        ["security.pids_limit"] = ("4096", spec => spec.Task.Security.PidsLimit ?? SecuritySpec.DefaultPidsLimit),
        ["service.drain_seconds"] = ("3600", spec => spec.Serving.DrainSeconds),
        ["service.update_policy.max_surge"] = ("1", spec => spec.Serving.UpdatePolicy.MaxSurge),
        ["service.update_policy.max_unavailable"] = ("0", spec => spec.Serving.UpdatePolicy.MaxUnavailable),
        ["service.update_policy.on_failure"] = ("stop", spec => spec.Serving.UpdatePolicy.OnFailure),
        ["service.hold.max_requests"] = ("1000", spec => spec.Serving.Hold.MaxRequests),
        ["service.hold.max_bytes"] = ("67108864", spec => spec.Serving.Hold.MaxBytes),
        ["service.hold.max_seconds"] = ("600", spec => spec.Serving.Hold.MaxSeconds),
        ["service.hold.release_at_once"] = ("8", spec => spec.Serving.Hold.ReleaseAtOnce),
        ["service.slow_start_seconds"] = ("30", spec => spec.Serving.SlowStartSeconds),
        ["service.outliers.consecutive_failures"] = ("5", spec => spec.Serving.Outliers.ConsecutiveFailures),
        ["service.outliers.success_rate_deviations"] = ("1.9", spec => spec.Serving.Outliers.SuccessRateDeviations),
        ["service.outliers.interval_seconds"] = ("10", spec => spec.Serving.Outliers.IntervalSeconds),
        ["service.outliers.ejection_seconds"] = ("30", spec => spec.Serving.Outliers.EjectionSeconds),
        ["service.outliers.max_ejection_seconds"] = ("300", spec => spec.Serving.Outliers.MaxEjectionSeconds),
        ["service.outliers.max_ejected_percent"] = ("10", spec => spec.Serving.Outliers.MaxEjectedPercent),
        ["service.outliers.panic_percent"] = ("50", spec => spec.Serving.Outliers.PanicPercent),
        ["service.timeouts.headers_seconds"] = ("the gateway's, 600", spec => spec.Serving.Timeouts.HeadersSeconds is null ? "the gateway's, 600" : ""),
        ["service.timeouts.try_seconds"] = ("none", spec => spec.Serving.Timeouts.TrySeconds is null ? "none" : ""),
        ["service.timeouts.total_seconds"] = ("none", spec => spec.Serving.Timeouts.TotalSeconds is null ? "none" : ""),
        ["service.hedge.after"] = ("p95", spec => (spec.Serving.Hedge ?? new()).AfterSeconds is null ? "p95" : ""),
        ["service.hedge.budget_percent"] = ("5", spec => (spec.Serving.Hedge ?? new()).BudgetPercent),
        ["service.hedge.requests"] = ("repeatable", spec => (spec.Serving.Hedge ?? new()).Inference ? "inference" : "repeatable"),
        ["service.session.header"] = ("X-Session-Id", spec => spec.Serving.Session.Header),
        ["service.session.cookie"] = ("sky-session-id", spec => spec.Serving.Session.Cookie),
        ["service.auth"] = ("gateway", spec => spec.Serving.Auth),
        ["service.usage"] = ("final", spec => spec.Serving.Usage),
        ["service.limits.tokens_per_request"] = ("4194304", spec => spec.Serving.Limits.TokensPerRequest ?? ServiceLimitsSpec.DefaultTokensPerRequest),
        ["service.prices.input"] = ("0", spec => spec.Serving.Prices?.Input ?? 0),
        ["service.prices.output"] = ("0", spec => spec.Serving.Prices?.Output ?? 0),
        ["service.prices.currency"] = ("USD", spec => spec.Serving.Prices?.Currency ?? "USD"),
        ["resources.optimize"] = ("cost", spec => spec.Resources.Optimize),
        ["resources.use_spot"] = ("false", spec => Assert.Single(spec.Resources.Candidates).UseSpot),
    };

    /// <summary>Defaults that are no value of the spec: each has a test of its own below.</summary>
    private static readonly string[] Told = ["service.replica_policy.max_replicas", "service.models", "service.expose", "image.build.context", "image.build.dockerfile", "security.scan.fail_on", "security.scan.ignore_unfixed"];

    public static TheoryData<string, string> FieldsAndFiles { get; } = new(
        from path in Defaults.Keys
        from file in new[] { Bare, EmptyMappings }
        select (path, file));

    private static IEnumerable<(string Path, SpecField Field)> Documented =>
        from @group in new[]
        {
            TaskFields.Group, ServiceFields.Group, ProbeFields.Group, PolicyFields.Group, ServiceFields.LoadBalancer, ServiceFields.Session, ServiceFields.UpdatePolicy,
            ServiceFields.Hold, StayingUpFields.Outliers, StayingUpFields.Timeouts, StayingUpFields.Hedge, ServiceFields.Tls, AccessFields.UpstreamAuth, AccessFields.Limits, ServiceFields.Budget, ServiceFields.Prices, ResourcesFields.Group, TaskFields.Networking, TaskFields.Image, TaskFields.Build, SecurityFields.Group, SecurityFields.Scan, TaskFields.GitWorkdir,
        }
        from one in @group.Fields
        where one.Default is not null
        select (@group.Path.Length == 0 ? one.Name : $"{@group.Path}.{one.Name}", one);

    [Theory]
    [MemberData(nameof(FieldsAndFiles))]
    public void A_field_that_is_not_written_has_its_default(string path, string file)
    {
        var (written, read) = Defaults[path];

        Assert.Equal(written, Convert.ToString(read(SpecFiles.Spec(file)), CultureInfo.InvariantCulture), ignoreCase: true);
    }

    [Fact]
    public void The_reference_tells_these_defaults_and_no_others()
    {
        Assert.Equal(Defaults.Keys.Concat(Told).Order(), Documented.Select(one => one.Path).Order());
        Assert.All(Documented.Where(one => Defaults.ContainsKey(one.Path)), one => Assert.Equal(Defaults[one.Path].Written, one.Field.Default));
    }

    [Theory]
    [InlineData(Bare)]
    [InlineData(EmptyMappings)]
    public void What_has_no_default_is_not_there(string file)
    {
        var spec = SpecFiles.Spec(file);

        Assert.Null(spec.Serving.ReadinessProbe.PostData);
        Assert.Empty(spec.Serving.ReadinessProbe.Headers);
        Assert.Equal((1, 1, false), (spec.Serving.ReplicaPolicy.MinReplicas, spec.Serving.ReplicaPolicy.Max, spec.Serving.ReplicaPolicy.Autoscales));
        Assert.Null(spec.Serving.ReplicaPolicy.MaxReplicas);
        Assert.Null(spec.Serving.ReplicaPolicy.SpotPlacer);
        Assert.Null(spec.Serving.Tls);
        Assert.Null(spec.Task.Port);
    }

    [Fact]
    public void Without_a_maximum_it_is_the_minimum() =>
        Assert.Equal(3, SpecFiles.Spec(SpecFiles.Service("replica_policy: {min_replicas: 3}")).Serving.ReplicaPolicy.Max);

    [Fact]
    public void A_build_without_a_context_is_of_the_files_folder_and_leaves_the_name_of_the_dockerfile_to_the_builder()
    {
        var build = SpecFiles.Spec(EmptyMappings).Task.Image!.Build!;

        Assert.Equal((SpecFiles.Options.BaseDirectory, null), (build.Context, build.Dockerfile));
    }

    [Fact]
    public void A_scan_of_which_nothing_more_is_said_fails_on_critical_findings_fixed_or_not()
    {
        var scan = SpecFiles.Spec(EmptyMappings).Scan!;

        Assert.Equal((Severity.Critical, false), (scan.FailOn, scan.IgnoreUnfixed));
        Assert.Empty(scan.Ignore);
    }
}
