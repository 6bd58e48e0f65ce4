namespace Sky.Controller.Clusters;

/// <summary>A cluster as the API shows it.</summary>
public sealed record ClusterView
{
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether what replicas say to each other is encrypted between nodes.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>Why nothing can be changed there now; null: it can. What runs goes on.</summary>
    public string? Trouble { get; init; }

    /// <summary>What would make it safer; null for nothing.</summary>
    public string? Advice { get; init; }

    public required IReadOnlyList<ClusterNodeView> Nodes { get; init; }
}
