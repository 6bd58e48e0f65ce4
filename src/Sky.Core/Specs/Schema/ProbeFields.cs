namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service.readiness_probe</c>.</summary>
internal static class ProbeFields
{
    public static FieldGroup Group { get; } = new("service.readiness_probe", "The request that tells whether a replica is ready: any 2xx answer in time.",
    [
        new("path", FieldTypes.Text, "Path, with a query if wanted; begins with a slash.") { Required = true, Example = "/health" },
        new("initial_delay_seconds", FieldTypes.Number, "How long a replica may take to become ready, counted from its first failed probe.")
        {
            Default = "1200", Minimum = 0, Maximum = FieldLimits.Seconds,
        },
        new("timeout_seconds", FieldTypes.Number, "How long one probe may take.") { Default = "15", Above = 0, Maximum = FieldLimits.Seconds },
        new("endpoint_probe_interval_seconds", FieldTypes.Number, "Time between two probes.") { Default = "10", Above = 0, Maximum = FieldLimits.Seconds },
        new("consecutive_failure_threshold_timeout", FieldTypes.Number, "A replica that was ready is replaced after failing this many seconds without a break.")
        {
            Default = "180", Above = 0, Maximum = FieldLimits.Seconds,
        },
        new("post_data", FieldTypes.Map | FieldTypes.Text, "Makes the probe a POST of this JSON; a mapping, or JSON as text."),
        new("headers", FieldTypes.Map, "Headers of the probe.") { Parts = FieldTypes.Text },
    ]);
}
