namespace Sky.Core.Nodes;

/// <summary>What a node is in its cluster.</summary>
public enum NodeRole
{
    /// <summary>Runs replicas.</summary>
    Worker,

    /// <summary>Keeps the cluster's state too.</summary>
    Manager,
}
