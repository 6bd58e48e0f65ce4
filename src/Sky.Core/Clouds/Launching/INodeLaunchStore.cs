using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Core.Clouds.Launching;

/// <summary>
/// Where the purchases of nodes are kept. Every write carries the row version that was read, 0 for a new one; false: someone else was there, and nothing
/// was written. Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails.
/// </summary>
public interface INodeLaunchStore
{
    /// <summary>Those that are not over, and those that were over after a time, oldest first.</summary>
    Task<IReadOnlyList<StoredNodeLaunch>> LaunchesAsync(DateTimeOffset overSince, CancellationToken cancellationToken);

    /// <summary>Null when there is none, and never was.</summary>
    Task<StoredNodeLaunch?> FindLaunchAsync(NodeId node, CancellationToken cancellationToken);

    /// <summary>All of one service there ever were, oldest first; of all services and managers without a name.</summary>
    Task<IReadOnlyList<NodeLaunch>> LaunchHistoryAsync(ServiceName? service, CancellationToken cancellationToken);

    Task<bool> WriteLaunchAsync(StoredNodeLaunch launch, CancellationToken cancellationToken);
}
