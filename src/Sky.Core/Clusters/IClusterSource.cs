namespace Sky.Core.Clusters;

/// <summary>The clusters there are now, as they were last read or written.</summary>
public interface IClusterSource
{
    IReadOnlyList<ClusterRecord> Current { get; }
}
