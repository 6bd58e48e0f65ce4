namespace Sky.Core.Nodes;

/// <summary>What a node does to be part of its cluster.</summary>
public enum JoinKind
{
    /// <summary>Nothing: its engine stands alone.</summary>
    None,

    /// <summary>It is the first: it makes the cluster.</summary>
    Init,

    /// <summary>It joins those there are.</summary>
    Join,
}
