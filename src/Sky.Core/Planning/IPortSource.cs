namespace Sky.Core.Planning;

/// <summary>Free ports of the node at the time of the snapshot. Deterministic within one snapshot.</summary>
public interface IPortSource
{
    /// <summary>A port that is free now and not in <paramref name="taken"/>; null when there is none.</summary>
    int? Next(IReadOnlySet<int> taken);
}
