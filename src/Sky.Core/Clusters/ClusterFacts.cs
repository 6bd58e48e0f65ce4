using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>What a cluster's engine says of it now.</summary>
public sealed record ClusterFacts
{
    /// <summary>Why its managers cannot change anything now; null: they can. What runs goes on either way.</summary>
    public string? Trouble { get; init; }

    public IReadOnlyDictionary<NodeName, ClusterNodeFacts> Nodes { get; init; } = new Dictionary<NodeName, ClusterNodeFacts>();
}
