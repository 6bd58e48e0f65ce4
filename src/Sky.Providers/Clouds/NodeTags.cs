using System.Globalization;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds;

/// <summary>The tags that all we make at a cloud bears: whose it is, which node, which attempt, and for which replica.</summary>
internal static class NodeTags
{
    /// <summary>The owner id of the store.</summary>
    public const string Owner = "sky-owner";

    /// <summary>The node's id; only on what belongs to one node.</summary>
    public const string Node = "sky-node";

    public const string Attempt = "sky-attempt";

    /// <summary>The service of the replica that a node is bought for; managers of clusters have none.</summary>
    public const string Service = "sky-service";

    /// <summary>The replica's number in it.</summary>
    public const string Replica = "sky-replica";

    /// <summary>All tags of what belongs to one node. They follow from the stored request alone, so that it is the same request when it is sent again.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(OwnerId owner, NodeRequest request)
    {
        yield return new(Owner, owner.Value);
        yield return new(Node, request.Node.Value);
        yield return new(Attempt, request.Attempt.ToString(CultureInfo.InvariantCulture));
        if (request.Replica is { } replica)
        {
            yield return new(Service, replica.Service.Value);
            yield return new(Replica, replica.Id.Value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
