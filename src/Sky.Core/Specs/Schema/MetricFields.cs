namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service.replica_policy.metrics</c>.</summary>
internal static class MetricFields
{
    public const int MostMetrics = 20;

    public static FieldGroup Group { get; } = new("service.replica_policy.metrics[]", "A number that the replicas follow. Of several the one that asks for the most replicas wins; what cannot be read never takes replicas away.",
    [
        new("source", FieldTypes.Text, "Where the number comes from. The first five are counted by the gateway: requests a second, requests at one time, seconds of waiting, tokens a second, seconds to the first token of a stream.")
        {
            Required = true, Choices = ["requests", "concurrency", "queue_wait", "tokens", "time_to_first_token", "prometheus", "cloudwatch", "azure_monitor", "replica"],
        },
        new("target", FieldTypes.Number, "What it should be: of each replica for requests, concurrency, tokens and replica, and where type is average; else of the whole service.")
        {
            Required = true, Above = 0, Maximum = 1e15,
        },
        new("type", FieldTypes.Text, "For prometheus, cloudwatch and azure_monitor. average: the number, divided by the replicas, is to be the target, as of a queue's length. value: the number itself is, as of a utilization or a latency.")
        {
            Default = "average", Choices = ["average", "value"],
        },
        new("url", FieldTypes.Text, "For prometheus: the server's address.") { Example = "http://127.0.0.1:9090" },
        new("query", FieldTypes.Text, "For prometheus: PromQL that gives one number. For cloudwatch, in the place of a metric: an expression.") { MostCharacters = 4096 },
        new("bearer_secret", FieldTypes.Text, "For prometheus: the name of the secret that is sent as a bearer token: one of `secrets`, or a variable of the controller that begins with SKY_METRICS_.") { Example = "PROMETHEUS_TOKEN" },
        new("username", FieldTypes.Scalar, "For prometheus: who asks."),
        new("password_secret", FieldTypes.Text, "For prometheus: the name of the secret that is the password.") { Example = "SKY_METRICS_PASSWORD" },
        new("region", FieldTypes.Text, "For cloudwatch: the region.") { Example = "us-east-1" },
        new("namespace", FieldTypes.Text, "For cloudwatch, where it is required, and azure_monitor: the metric's namespace.") { Example = "AWS/SQS" },
        new("metric", FieldTypes.Text, "For cloudwatch and azure_monitor: the metric's name. For replica: the name of a series in Prometheus' text; several of that name are added up."),
        new("dimensions", FieldTypes.Map, "For cloudwatch: the metric's dimensions.") { Parts = FieldTypes.Scalar, MostParts = 30 },
        new("statistic", FieldTypes.Text, "For cloudwatch: Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p95.")
        {
            Default = "Average", Form = new("^([Aa]verage|[Ss]um|[Mm]inimum|[Mm]aximum|[Ss]ample[Cc]ount|p[0-9]{1,2}([.][0-9]{1,4})?)$", "be Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95"),
        },
        new("resource", FieldTypes.Text, "For azure_monitor: the id of the resource.") { Form = new("^/", "be the whole id, from /subscriptions/ on") },
        new("aggregation", FieldTypes.Text, "For azure_monitor.") { Default = "Average", Choices = ["Average", "Total", "Minimum", "Maximum", "Count"] },
        new("filter", FieldTypes.Text, "For azure_monitor: which dimensions count."),
        new("period_seconds", FieldTypes.Integer, "For cloudwatch and azure_monitor: over what the number is taken.") { Default = "60", Minimum = 1, Maximum = 86_400 },
        new("path", FieldTypes.Text, "For replica: what is asked for.") { Default = "/metrics", Form = new("^/", "begin with a slash") },
        new("labels", FieldTypes.Map, "For replica: labels that a series must have.") { Parts = FieldTypes.Scalar, MostParts = 30 },
        new("json", FieldTypes.Text, "For replica, in the place of metric: the way to a number in a JSON document.") { Example = "queue.waiting" },
        new("interval_seconds", FieldTypes.Number, "For what is read: the time between two readings.") { Default = "15, of clouds 60", Minimum = 1, Maximum = 3600 },
    ]);
}
