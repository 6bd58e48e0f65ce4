using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Core.Nodes;

/// <summary>
/// Where enrolments and nodes are kept. Every write carries the row version that was read, 0 for a new one; false: someone else was there,
/// and nothing was written. Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails.
/// </summary>
public interface INodeStore
{
    /// <summary>See <see cref="IStore.GetOwnerAsync"/>.</summary>
    Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken);

    /// <summary>Null when there is none.</summary>
    Task<StoredEnrolment?> FindEnrolmentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Writes an enrolment, and in the same transaction, whatever its row version is, the node that used it where one is given.</summary>
    Task<bool> WriteEnrolmentAsync(StoredEnrolment enrolment, NodeRecord? node, CancellationToken cancellationToken);

    /// <summary>All nodes there ever were, removed ones included, by cluster and name.</summary>
    Task<IReadOnlyList<StoredNode>> NodesAsync(CancellationToken cancellationToken);

    Task<StoredNode?> FindNodeAsync(NodeKey node, CancellationToken cancellationToken);

    Task<bool> WriteNodeAsync(StoredNode node, CancellationToken cancellationToken);
}
