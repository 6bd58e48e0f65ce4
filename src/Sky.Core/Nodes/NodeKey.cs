namespace Sky.Core.Nodes;

/// <summary>One node of one cluster.</summary>
public readonly record struct NodeKey(ClusterName Cluster, NodeName Node)
{
    public override string ToString() => $"{Cluster}/{Node}";
}
