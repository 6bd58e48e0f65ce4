using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads how many replicas: <c>service.replica_policy</c>, <c>service.replicas</c> or <c>workers</c>, or the short form's <c>replicas</c>.</summary>
internal sealed class PolicyReader(SpecProblems problems, Variables variables)
{
    private const string At = "service.replica_policy";

    public ReplicaPolicySpec Read(YamlNode.Mapping root)
    {
        var service = root["service"] as YamlNode.Mapping ?? YamlNode.Mapping.Empty;
        var fixedEntry = Fixed(service);
        var shortEntry = root["replicas"] is null ? null : root.Find("replicas");
        if (service["replica_policy"] is not YamlNode.Mapping policy)
        {
            Agree(fixedEntry, shortEntry);
            var entry = fixedEntry ?? shortEntry;
            return entry?.Value.AsInteger() is { } replicas ? new() { MinReplicas = Clamped(replicas) } : new();
        }
        if ((fixedEntry ?? shortEntry) is { } twice)
        {
            problems.Error(twice.Line, fixedEntry is null ? twice.Key : $"service.{twice.Key}",
                $"Cannot specify both `{twice.Key}` (line {twice.Line}) and `replica_policy` (line {service.Find("replica_policy")!.Line}) in the service YAML. Please use one of them.");
        }
        return FromPolicy(policy, service);
    }

    private static YamlEntry? Fixed(YamlNode.Mapping service) =>
        service["replicas"] is not null ? service.Find("replicas") : service["workers"] is not null ? service.Find("workers") : null;

    private void Agree(YamlEntry? inService, YamlEntry? atTop)
    {
        if (inService is not null && atTop is not null && inService.Value.AsInteger() != atTop.Value.AsInteger())
        {
            problems.Error(atTop.Line, "replicas",
                $"`replicas` says {Shown(atTop)} at line {atTop.Line} and `service.{inService.Key}` says {Shown(inService)} at line {inService.Line}. Keep one of them.");
        }
    }

    private static string Shown(YamlEntry entry) => (entry.Value as YamlNode.Scalar)?.Shown ?? "something else";

    private ReplicaPolicySpec FromPolicy(YamlNode.Mapping policy, YamlNode.Mapping service)
    {
        var defaults = new ReplicaPolicySpec();
        var spec = new ReplicaPolicySpec
        {
            MinReplicas = Clamped(policy["min_replicas"].AsInteger() ?? defaults.MinReplicas),
            MaxReplicas = policy["max_replicas"].AsInteger() is { } max ? Clamped(max) : null,
            TargetQpsPerReplica = policy["target_qps_per_replica"].AsNumber(),
            TargetQpsPerAccelerator = QpsMap(policy),
            Metrics = new MetricsReader(problems, variables).Read(policy["metrics"] as YamlNode.Sequence),
            UpscaleDelaySeconds = policy["upscale_delay_seconds"].AsNumber() ?? defaults.UpscaleDelaySeconds,
            DownscaleDelaySeconds = policy["downscale_delay_seconds"].AsNumber() ?? defaults.DownscaleDelaySeconds,
            NumOverprovision = Clamped(policy["num_overprovision"].AsInteger() ?? 0),
            DynamicOnDemandFallback = policy["dynamic_ondemand_fallback"].AsBoolean() ?? false,
            BaseOnDemandFallbackReplicas = Clamped(policy["base_ondemand_fallback_replicas"].AsInteger() ?? 0),
            SpotPlacer = policy["spot_placer"].AsText()?.ToLowerInvariant(),
            AvailabilityTarget = policy["availability_target"].AsNumber(),
        };
        CheckCounts(policy, spec);
        CheckBalancing(policy, service);
        return spec;
    }

    private Dictionary<string, double> QpsMap(YamlNode.Mapping policy)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (policy["target_qps_per_replica"] is not YamlNode.Mapping map)
        {
            return values;
        }
        if (map.Entries.Count == 0)
        {
            problems.Error(map.Line, At + ".target_qps_per_replica", "target_qps_per_replica names no accelerator. Write one for each, such as {A100: 10, L4: 2.5}.");
        }
        foreach (var entry in map.Entries)
        {
            var name = entry.Key.Trim().ToUpperInvariant();
            if (name.EndsWith(":1", StringComparison.Ordinal))
            {
                name = name[..^2];
            }
            if (entry.Value.AsNumber() is not { } qps)
            {
                Missing(entry);
            }
            else if (!values.TryAdd(name, qps) && values[name] != qps)
            {
                problems.Error(entry.Line, $"{At}.target_qps_per_replica.{entry.Key}", $"'{entry.Key}' is another spelling of an accelerator that is named above with another number. Keep one of them.");
            }
        }
        return values;
    }

    private void Missing(YamlEntry entry)
    {
        if (entry.Value.IsNull)
        {
            problems.Error(entry.Line, $"{At}.target_qps_per_replica.{entry.Key}", $"'{entry.Key}' has no number. Write the requests a second that one replica should get, such as {entry.Key}: 2.5.");
        }
    }

    private void CheckCounts(YamlNode.Mapping policy, ReplicaPolicySpec spec)
    {
        var line = policy.Find("max_replicas")?.Line ?? policy.Line;
        var qps = policy["target_qps_per_replica"];
        var metrics = policy["metrics"] is YamlNode.Sequence { Items.Count: > 0 } list ? list : null;
        if (spec.MaxReplicas < spec.MinReplicas)
        {
            problems.Error(line, At + ".max_replicas", $"max_replicas must be greater than or equal to min_replicas. Found: min_replicas={spec.MinReplicas}, max_replicas={spec.MaxReplicas}");
        }
        else if (spec.MaxReplicas > spec.MinReplicas && qps is null && metrics is null)
        {
            problems.Error(line, At + ".max_replicas", "Detected different min_replicas and max_replicas while target_qps_per_replica is not set. To enable autoscaling, please set target_qps_per_replica, or metrics.");
        }
        if (metrics is not null && spec.MaxReplicas is null)
        {
            problems.Error(metrics.Line, At + ".metrics", "max_replicas must be set where metrics are.");
        }
        if (qps is not null && spec.MaxReplicas is null)
        {
            problems.Error(qps.Line, At + ".target_qps_per_replica", "max_replicas must be set where target_qps_per_replica is set.");
        }
        if (policy.Find("base_ondemand_fallback_replicas") is { } fallback && spec.BaseOnDemandFallbackReplicas > spec.Max)
        {
            problems.Error(fallback.Line, At + ".base_ondemand_fallback_replicas",
                $"base_ondemand_fallback_replicas is {spec.BaseOnDemandFallbackReplicas}, above the most replicas there can be ({spec.Max}). Make it {spec.Max} at most.");
        }
    }

    private void CheckBalancing(YamlNode.Mapping policy, YamlNode.Mapping service)
    {
        const string InstanceAware = "instance_aware_least_load";
        var byAccelerator = policy["target_qps_per_replica"] is YamlNode.Mapping;
        var wanted = service["load_balancing_policy"].AsText()?.Equals(InstanceAware, StringComparison.OrdinalIgnoreCase) ?? false;
        if (byAccelerator && !wanted)
        {
            problems.Error(policy.Find("target_qps_per_replica")!.Line, At + ".target_qps_per_replica",
                $"target_qps_per_replica by accelerator needs `load_balancing_policy: {InstanceAware}` in service.");
        }
    }

    private static int Clamped(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
