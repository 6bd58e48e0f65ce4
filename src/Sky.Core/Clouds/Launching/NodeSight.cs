namespace Sky.Core.Clouds.Launching;

/// <summary>What is seen of a node now.</summary>
/// <param name="Asked">Whether its cloud answered: then a node that is not seen is not there.</param>
/// <param name="Node">As its cloud sees it; null: it does not.</param>
/// <param name="EngineId">Its id in its cluster; null: it has not joined, or joins none.</param>
public sealed record NodeSight(bool Asked, CloudNode? Node, string? EngineId = null);
