using Sky.Core.Specs;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>Reads metrics of one source.</summary>
public interface IMetricReader
{
    MetricSource Source { get; }

    /// <summary>The metric's present number. Bounded in time and size.</summary>
    /// <param name="metric">Of this source.</param>
    /// <param name="secret">The value of a secret that the metric names; null: there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MetricException">It cannot be had now.</exception>
    Task<double> ReadAsync(MetricSpec metric, Func<string, SecretValue?> secret, CancellationToken cancellationToken);
}
