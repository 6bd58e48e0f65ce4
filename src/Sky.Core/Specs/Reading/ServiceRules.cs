using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>What must hold between sections: spot and on-demand, fallback, and the load-balancing policy that needs a map.</summary>
internal sealed class ServiceRules(SpecProblems problems)
{
    private const string Policy = "service.replica_policy";

    public void Check(YamlNode.Mapping root, ServingSpec serving, ResourcesSpec resources)
    {
        var service = root["service"] as YamlNode.Mapping;
        var policy = service?["replica_policy"] as YamlNode.Mapping;
        var spot = resources.Candidates.Count(candidate => candidate.UseSpot);
        if (spot > 0 && spot < resources.Candidates.Count)
        {
            problems.Error(root.Find("resources")?.Line ?? 0, "resources",
                "Resources must either all use spot or none use spot. To use on-demand and spot instances together, "
                + "use `dynamic_ondemand_fallback` or set `base_ondemand_fallback_replicas` in service.replica_policy.");
        }
        if (serving.LoadBalancingPolicy == "instance_aware_least_load" && serving.ReplicaPolicy.TargetQpsPerAccelerator.Count == 0
            && policy?["target_qps_per_replica"] is not YamlNode.Mapping)
        {
            problems.Error(service?.Find("load_balancing_policy")?.Line ?? 0, "service.load_balancing_policy",
                "instance_aware_least_load needs target_qps_per_replica by accelerator, such as {A100: 10, L4: 2.5}.");
        }
        CheckImage(root);
        NeedsSpot(policy, "dynamic_ondemand_fallback", serving.ReplicaPolicy.DynamicOnDemandFallback, spot);
        NeedsSpot(policy, "base_ondemand_fallback_replicas", serving.ReplicaPolicy.BaseOnDemandFallbackReplicas > 0, spot);
        NeedsSpot(policy, "spot_placer", serving.ReplicaPolicy.SpotPlacer is not null, spot);
        if (serving.ReplicaPolicy.SpotPlacer is not null && resources.Candidates.Select(SpecComparison.WithoutPlace).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            problems.Error(policy?.Find("spot_placer")?.Line ?? 0, Policy + ".spot_placer",
                "Different resource configurations are not supported for spot placement. All candidates must be equal except for cloud, region and zone.");
        }
    }

    private void CheckImage(YamlNode.Mapping root)
    {
        const string Prefix = "docker:";
        var image = root["image"].AsText();
        var other = (root["resources"] as YamlNode.Mapping)?.Find("image_id");
        if (image is not null && other?.Value.AsText() is { } id && image != (id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : id))
        {
            problems.Error(other.Line, "resources.image_id",
                $"`image` says {image} at line {root.Find("image")!.Line} and `resources.image_id` says {id} at line {other.Line}. Keep one of them.");
        }
    }

    private void NeedsSpot(YamlNode.Mapping? policy, string field, bool asked, int spot)
    {
        if (asked && spot == 0)
        {
            problems.Error(policy?.Find(field)?.Line ?? 0, $"{Policy}.{field}", $"{field} needs `use_spot: true` in resources.");
        }
    }
}
