namespace Sky.Core.Clusters;

/// <summary>Where there never are any.</summary>
public sealed class NoClusterSource : IClusterSource
{
    public IReadOnlyList<ClusterRecord> Current => [];
}
