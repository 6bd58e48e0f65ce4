namespace Sky.Core.Nodes;

/// <summary>How sure a notice is.</summary>
public enum NodeNoticeKind
{
    /// <summary>The node is likelier to be taken away than others (AWS: rebalance recommendation).</summary>
    AtRisk,

    /// <summary>The node is taken away.</summary>
    Interruption,

    /// <summary>The node is restarted, moved or frozen for a time, and comes back.</summary>
    Maintenance,
}
