namespace Sky.Core.Specs;

/// <summary>One number that the replicas follow, and what it should be.</summary>
public sealed record MetricSpec
{
    public required MetricSource Source { get; init; }

    /// <summary>In the metric's own unit; above 0.</summary>
    public required double Target { get; init; }

    /// <summary>What <see cref="Target"/> is compared with.</summary>
    public MetricTarget Type { get; init; }

    /// <summary>Seconds between two readings; null: as usual for its source.</summary>
    public double? IntervalSeconds { get; init; }

    /// <summary>For <see cref="MetricSource.Prometheus"/>.</summary>
    public PrometheusQuery? Prometheus { get; init; }

    /// <summary>For <see cref="MetricSource.CloudWatch"/>.</summary>
    public CloudWatchQuery? CloudWatch { get; init; }

    /// <summary>For <see cref="MetricSource.AzureMonitor"/>.</summary>
    public AzureMonitorQuery? AzureMonitor { get; init; }

    /// <summary>For <see cref="MetricSource.Replica"/>.</summary>
    public ReplicaQuery? Replica { get; init; }

    /// <summary>It is read from somewhere; else gateways count it.</summary>
    public bool IsRead => Source >= MetricSource.Prometheus;
}
