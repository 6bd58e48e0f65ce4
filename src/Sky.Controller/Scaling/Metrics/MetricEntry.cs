using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Scaling.Metrics;

/// <summary>One metric of one version. Belongs to the <see cref="MetricBook"/>.</summary>
internal sealed class MetricEntry(MetricSpec metric)
{
    public MetricSpec Metric => metric;

    public MetricSight Sight { get; set; } = MetricSight.None;

    public bool Reading { get; set; }

    public DateTimeOffset Due { get; set; }

    /// <summary>Whose secrets may be sent.</summary>
    public VersionRecord Version { get; set; } = null!;

    /// <summary>Replicas that may be asked.</summary>
    public IReadOnlyList<ReplicaRecord> Ready { get; set; } = [];
}
