using Sky.Core.Catalog;
using Sky.Core.Services;

namespace Sky.Core.Clouds;

/// <summary>
/// Who makes nodes. Calls are keyed by our ids and idempotent; they return at once, perhaps before the node has an address.
/// Expected failures are <see cref="CloudException"/> named by the reaction they need.
/// </summary>
public interface ICloud
{
    /// <summary><c>local</c>, <c>aws</c>, <c>azure</c>.</summary>
    string Name { get; }

    /// <summary>True: it is taken only where a file or an option names it.</summary>
    bool OnlyByName => false;

    /// <summary>
    /// What its offerings follow from and this program knows at once, such as the clusters there are: what was offered on another basis is no offer any more. Compared by
    /// reference; null: nothing.
    /// </summary>
    object? Basis => null;

    /// <summary>All that can be had now. Whether it fits a file is decided by placement, not here.</summary>
    Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken);

    /// <summary>Why nothing can be had in a region that someone names, in one sentence that says what to do; null where the cloud has nothing to say of it.</summary>
    string? WhyNotIn(string region) => null;

    /// <summary>
    /// Makes the node, keyed by <see cref="NodeRequest.Node"/> and attempt; the same request again gives the same node. A failure other than ambiguous,
    /// throttled and unavailable means that this call made nothing, and says nothing of calls before; where something was made, the node is given with its
    /// <see cref="CloudNode.Failure"/>.
    /// </summary>
    Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken);

    /// <summary>The node, or null when the cloud does not know it (any more).</summary>
    Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken);

    /// <summary>All nodes that bear our owner id, also those of which only parts are left. Nothing of another owner.</summary>
    Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The same cloud as a store of another owner sees it: for a person who takes over what a lost store left behind. Who is given one disposes of it where that can
    /// be done. Null: no nodes are bought here.
    /// </summary>
    ICloud? Of(OwnerId owner) => null;

    /// <summary>Begins the removal of the node. Unknown means done.</summary>
    Task DeleteAsync(NodeId node, CancellationToken cancellationToken);
}
