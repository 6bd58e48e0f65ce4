using Sky.Core.Clouds.Launching.Regions;

namespace Sky.Core.Clouds.Launching;

/// <summary>What is seen of a node now.</summary>
/// <param name="Asked">Whether its cloud answered: then a node that is not seen is not there.</param>
/// <param name="Node">As its cloud sees it; null: it does not.</param>
/// <param name="EngineId">Its id in its cluster; null: it has not joined, or joins none.</param>
public sealed record NodeSight(bool Asked, CloudNode? Node, string? EngineId = null)
{
    /// <summary>How the cluster is that it joins; null where it joins none, or is to found it.</summary>
    public RegionClusterSight? Cluster { get; init; }
}
