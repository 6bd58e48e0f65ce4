namespace Sky.Core.Clusters;

/// <summary>A cluster with the version of its row; 0 where it is new.</summary>
public sealed record StoredCluster(ClusterRecord Cluster, long RowVersion);
