using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>Reads what replicas say of themselves.</summary>
public interface IReplicaMetricReader
{
    /// <summary>Bounded in time and size.</summary>
    /// <param name="replica">Which; it has an endpoint.</param>
    /// <param name="query">What of it.</param>
    /// <param name="headers">Of the request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MetricException">It cannot be had now.</exception>
    Task<double> ReadAsync(ReplicaRecord replica, ReplicaQuery query, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken);
}
