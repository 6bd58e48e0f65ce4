namespace Sky.Core.Nodes;

/// <summary>A node with the version of its row; 0 where it is new.</summary>
public sealed record StoredNode(NodeRecord Node, long RowVersion);
