using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>A cluster as stored: machines under one container engine.</summary>
public sealed record ClusterRecord
{
    public required ClusterName Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether what replicas say to each other is encrypted between nodes. Needs IPsec ESP in the nodes' kernel.</summary>
    public bool Encrypted { get; init; }

    /// <summary>The cloud whose bought nodes form it, and leave it by themselves; null: machines one has, which users join and remove.</summary>
    public string? Cloud { get; init; }

    /// <summary>Where in that cloud; null without one.</summary>
    public string? Region { get; init; }

    /// <summary>In the order they were added. The first manager among them makes the cluster, the others join it.</summary>
    public IReadOnlyList<ClusterNode> Nodes { get; init; } = [];

    public ClusterNode? Find(NodeName node) => Nodes.FirstOrDefault(other => other.Name == node);

    /// <summary>The same with one node changed, or added at the end.</summary>
    public ClusterRecord With(ClusterNode node) => this with
    {
        Nodes = Find(node.Name) is null ? [.. Nodes, node] : [.. Nodes.Select(other => other.Name == node.Name ? node : other)],
    };

    public ClusterRecord Without(NodeName node) => this with { Nodes = [.. Nodes.Where(other => other.Name != node)] };
}
