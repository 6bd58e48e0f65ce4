using Sky.Core.Nodes;
using Sky.Core.Store;

namespace Sky.Core.Clusters;

/// <summary>
/// Where clusters are kept. Every write carries the row version that was read, 0 for a new one; false: someone else was there, and nothing was written.
/// Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails.
/// </summary>
public interface IClusterStore
{
    /// <summary>All clusters, by name.</summary>
    Task<IReadOnlyList<StoredCluster>> ClustersAsync(CancellationToken cancellationToken);

    Task<bool> WriteClusterAsync(StoredCluster cluster, CancellationToken cancellationToken);

    /// <summary>False also where there is none.</summary>
    Task<bool> DeleteClusterAsync(ClusterName cluster, long rowVersion, CancellationToken cancellationToken);
}
