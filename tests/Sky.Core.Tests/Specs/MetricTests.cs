using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class MetricTests
{
    [Fact]
    public void Every_source_is_read()
    {
        var policy = Policy("""
            - {source: concurrency, target: 8}
            - {source: queue_wait, target: 0.5}
            - {source: prometheus, url: "https://prometheus.example:9090/", query: sum(queue), target: 100, type: value, bearer_secret: TOKEN, interval_seconds: 30}
            - {source: prometheus, url: "http://127.0.0.1:9090", query: q, target: 1, username: sky, password_secret: SKY_METRICS_PASSWORD}
            - {source: cloudwatch, region: us-east-1, namespace: AWS/SQS, metric: Visible, dimensions: {QueueName: jobs}, statistic: maximum, period_seconds: 300, target: 20}
            - {source: cloudwatch, region: us-east-1, query: SUM(METRICS()), target: 20}
            - {source: azure_monitor, resource: /subscriptions/s/x, metric: Percentage CPU, aggregation: maximum, type: value, target: 60}
            - {source: replica, metric: "vllm:num_requests_waiting", labels: {engine: 0}, target: 4}
            - {source: Replica, json: queue.waiting, path: /stats, target: 4}
            """);

        Assert.Equal(
            [MetricSource.Concurrency, MetricSource.QueueWait, MetricSource.Prometheus, MetricSource.Prometheus, MetricSource.CloudWatch, MetricSource.CloudWatch, MetricSource.AzureMonitor, MetricSource.Replica, MetricSource.Replica],
            policy.Metrics.Select(metric => metric.Source));
        Assert.Equal(
            [MetricTarget.Average, MetricTarget.Value, MetricTarget.Value, MetricTarget.Average, MetricTarget.Average, MetricTarget.Average, MetricTarget.Value, MetricTarget.Average, MetricTarget.Average],
            policy.Metrics.Select(metric => metric.Type));
        Assert.Equal(new PrometheusQuery("https://prometheus.example:9090/", "sum(queue)") { BearerSecret = "TOKEN" }, policy.Metrics[2].Prometheus);
        Assert.Equal(("sky", "SKY_METRICS_PASSWORD"), (policy.Metrics[3].Prometheus!.Username, policy.Metrics[3].Prometheus!.PasswordSecret));
        Assert.Equal(("Visible", "jobs", "Maximum", 300), (policy.Metrics[4].CloudWatch!.Metric, policy.Metrics[4].CloudWatch!.Dimensions["QueueName"], policy.Metrics[4].CloudWatch!.Statistic, policy.Metrics[4].CloudWatch!.PeriodSeconds));
        Assert.Equal("SUM(METRICS())", policy.Metrics[5].CloudWatch!.Expression);
        Assert.Equal("Maximum", policy.Metrics[6].AzureMonitor!.Aggregation);
        Assert.Equal(("/metrics", "0"), (policy.Metrics[7].Replica!.Path, policy.Metrics[7].Replica!.Labels["engine"]));
        Assert.Equal(("/stats", "queue.waiting"), (policy.Metrics[8].Replica!.Path, policy.Metrics[8].Replica!.Json));
        Assert.True(policy.Autoscales);
        Assert.StartsWith("Autoscaling from 1 to 4 replicas (concurrency: 8; queue_wait: 0.5; prometheus: 100;", PolicyText.Of(policy, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{source: nagios, target: 1}", "source is 'nagios', which is not one of")]
    [InlineData("{source: concurrency}", "'target' is a required property")]
    [InlineData("{source: concurrency, target: 0}", "target")]
    [InlineData("{source: concurrency, target: 1, url: \"http://x\"}", "`url` is not for source: concurrency, which takes source, target.")]
    [InlineData("{source: prometheus, target: 1, query: q}", "source: prometheus needs `url`")]
    [InlineData("{source: prometheus, target: 1, url: \"http://x\"}", "source: prometheus needs `query`")]
    [InlineData("{source: prometheus, target: 1, query: q, url: \"ftp://x\"}", "The address of a server is http:// or https://")]
    [InlineData("{source: prometheus, target: 1, query: q, url: \"http://me:secret@x\"}", "The address of a server is http:// or https://")]
    [InlineData("{source: prometheus, target: 1, query: q, url: \"http://x\", bearer_secret: AWS_SECRET_ACCESS_KEY}", "This is none of the `secrets` of the file")]
    [InlineData("{source: prometheus, target: 1, query: q, url: \"http://x\", bearer_secret: $TOKEN}", "The name of a secret stands here, without $.")]
    [InlineData("{source: prometheus, target: 1, query: q, url: \"http://x\", username: me}", "Who asks is said by")]
    [InlineData("{source: cloudwatch, target: 1, region: r}", "cloudwatch takes either a metric with its namespace, or a query.")]
    [InlineData("{source: cloudwatch, target: 1, region: r, metric: m}", "source: cloudwatch needs `namespace`")]
    [InlineData("{source: cloudwatch, target: 1, namespace: n, metric: m}", "source: cloudwatch needs `region`")]
    [InlineData("{source: cloudwatch, target: 1, region: r, query: q, statistic: mode}", "statistic must be Average, Sum")]
    [InlineData("{source: azure_monitor, target: 1, metric: m}", "source: azure_monitor needs `resource`")]
    [InlineData("{source: azure_monitor, target: 1, metric: m, resource: vm}", "resource must be the whole id")]
    [InlineData("{source: replica, target: 1}", "replica takes either the metric")]
    [InlineData("{source: replica, target: 1, metric: m, type: value}", "`type` is not for source: replica")]
    [InlineData("{source: replica, target: 1, metric: m, path: metrics}", "path must begin with a slash")]
    public void What_is_wrong_is_said_with_its_line(string metric, string message)
    {
        var error = SpecFiles.Error(File($"- {metric}"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(9, error.Line);
        Assert.StartsWith("service.replica_policy.metrics[0]", error.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_maximum_is_needed() =>
        Assert.Contains(
            "max_replicas must be set where metrics are", SpecFiles.Error(SpecFiles.Service("replica_policy:\n  min_replicas: 1\n  metrics: [{source: concurrency, target: 8}]")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_policy_that_was_stored_without_metrics_has_none() =>
        Assert.Empty(System.Text.Json.JsonSerializer.Deserialize("""{"minReplicas":1,"metrics":null}""", SkyJson.Default.ReplicaPolicySpec)!.Metrics);

    [Fact]
    public void What_was_filled_in_of_a_secret_is_not_shown()
    {
        var spec = SpecFiles.Spec(File("- {source: prometheus, target: 1, url: \"http://x\", query: \"q{key='$TOKEN'}\"}"), SpecFiles.Options with { Secrets = new Dictionary<string, string> { ["TOKEN"] = "very-secret-word" } });

        Assert.Contains("very-secret-word", spec.Serving.ReplicaPolicy.Metrics[0].Prometheus!.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret-word", System.Text.Json.JsonSerializer.Serialize(spec.Redacted(), SkyJson.Default.ServiceSpec), StringComparison.Ordinal);
    }

    private static ReplicaPolicySpec Policy(string metrics) => SpecFiles.Spec(File(metrics)).Serving.ReplicaPolicy;

    private static string File(string metrics) =>
        $"secrets: {{TOKEN: t0ken-of-the-test}}\nrun: serve $SKY_PORT\nservice:\n  readiness_probe: /\n  replica_policy:\n    min_replicas: 1\n    max_replicas: 4\n    metrics:\n      {metrics.Replace("\n", "\n      ", StringComparison.Ordinal)}\n";
}
