using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>The clusters there are now, as they were last read or written.</summary>
public interface IClusterSource
{
    IReadOnlyList<ClusterRecord> Current { get; }

    /// <summary>Nodes whose clouds say that they will be taken away, as it was last heard.</summary>
    IReadOnlyDictionary<NodeKey, NodeNotice> Notices => NoNotices;

    private static readonly IReadOnlyDictionary<NodeKey, NodeNotice> NoNotices = new Dictionary<NodeKey, NodeNotice>();
}
