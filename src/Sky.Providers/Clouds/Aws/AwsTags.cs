using System.Globalization;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Aws;

/// <summary>The tags that all we make bears from its first moment, and the filters that find it again.</summary>
internal static class AwsTags
{
    private const string Name = "Name";

    /// <summary>What belongs to no node, such as a network.</summary>
    public static TagSpecification Shared(OwnerId owner, ResourceType type) => new()
    {
        ResourceType = type,
        Tags = [new Tag(NodeTags.Owner, owner.Value), new Tag(Name, "skyswarm")],
    };

    /// <summary>What belongs to one node.</summary>
    public static TagSpecification OfNode(OwnerId owner, NodeRequest request, ResourceType type) => new()
    {
        ResourceType = type,
        Tags = [.. NodeTags.Of(owner, request).Select(tag => new Tag(tag.Key, tag.Value)), new Tag(Name, request.Node.Value)],
    };

    public static Filter Ours(OwnerId owner) => new("tag:" + NodeTags.Owner, [owner.Value]);

    public static Filter Of(NodeId node) => new("tag:" + NodeTags.Node, [node.Value]);

    public static string? ValueOf(IEnumerable<Tag>? tags, string key) => tags?.FirstOrDefault(tag => tag.Key == key)?.Value;

    /// <summary>0 where none is told.</summary>
    public static int AttemptOf(IEnumerable<Tag>? tags) => int.TryParse(ValueOf(tags, NodeTags.Attempt), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;
}
