namespace Sky.Core.Clusters;

/// <summary>What is wanted of a node. Whether it answers is looked at, not stored.</summary>
public enum ClusterNodeState
{
    /// <summary>It was announced and has not joined yet.</summary>
    Joining,

    /// <summary>It runs replicas.</summary>
    Ready,

    /// <summary>It gets no new replicas; those it has are replaced elsewhere, and then go.</summary>
    Draining,

    /// <summary>It is being taken out of the cluster.</summary>
    Removing,
}
