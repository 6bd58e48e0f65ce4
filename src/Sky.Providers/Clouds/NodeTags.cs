namespace Sky.Providers.Clouds;

/// <summary>The tags that all we make at a cloud bears: whose it is, which node, and which attempt.</summary>
internal static class NodeTags
{
    /// <summary>The owner id of the store.</summary>
    public const string Owner = "sky-owner";

    /// <summary>The node's id; only on what belongs to one node.</summary>
    public const string Node = "sky-node";

    public const string Attempt = "sky-attempt";
}
