namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service.replica_policy</c>.</summary>
internal static class PolicyFields
{
    private const string QpsInstead = "write target_qps_per_replica: the requests a second one replica should get.";

    public static FieldGroup Group { get; } = new("service.replica_policy", "How many replicas run, and how their number follows the load.",
    [
        new("min_replicas", FieldTypes.Integer, "Fewest replicas; 0 lets the service sleep.") { Required = true, Minimum = 0, Maximum = FieldLimits.Replicas },
        new("max_replicas", FieldTypes.Integer, "Most replicas.") { Default = "the same as min_replicas", Minimum = 0, Maximum = FieldLimits.Replicas },
        new("target_qps_per_replica", FieldTypes.Number | FieldTypes.Map,
            "Requests a second one replica should get: one number, or one for each accelerator with instance_aware_least_load.")
        {
            Above = 0, Parts = FieldTypes.Number, PartsAbove = 0, Example = "2.5",
        },
        new("metrics", FieldTypes.List, "Further numbers that the replicas follow; whatever asks for the most replicas wins.") { ItemFields = MetricFields.Group, MostParts = MetricFields.MostMetrics },
        new("upscale_delay_seconds", FieldTypes.Number, "How long the load must ask for more replicas before they are added.") { Default = "300", Minimum = 0, Maximum = FieldLimits.Seconds },
        new("downscale_delay_seconds", FieldTypes.Number, "How long the load must ask for fewer replicas before they are taken away.") { Default = "1200", Minimum = 0, Maximum = FieldLimits.Seconds },
        new("num_overprovision", FieldTypes.Integer, "Replicas beyond the target while the target is not zero.") { Default = "0", Minimum = 0, Maximum = FieldLimits.Replicas },
        new("dynamic_ondemand_fallback", FieldTypes.Boolean, "On-demand replicas stand in while spot ones are missing. Needs use_spot: true.")
        {
            Default = "false",
        },
        new("base_ondemand_fallback_replicas", FieldTypes.Integer, "How many replicas are always on-demand. Needs use_spot: true.")
        {
            Default = "0", Minimum = 0, Maximum = FieldLimits.Replicas,
        },
        new("spot_placer", FieldTypes.Text, "How zones are chosen for spot replicas, and how many are spare.") { Choices = ["dynamic_fallback", "adaptive"] },
        new("availability_target", FieldTypes.Number, "Share of time in which the target shall be ready; for spot_placer: adaptive.")
        {
            Default = "0.999", Above = 0, Maximum = 0.9999, Example = "0.99",
        },
        new("qps_upper_threshold", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = QpsInstead },
        new("qps_lower_threshold", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = QpsInstead },
        new("auto_restart", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a replica that fails is always replaced." },
    ]);
}
