using System.CommandLine;

namespace Sky.Cli.Clusters;

/// <summary>What the cluster verbs are given.</summary>
internal static class ClusterArguments
{
    public static Argument<string> Cluster() => new("CLUSTER") { Description = "The cluster's name." };

    public static Argument<string> Node() => new("NODE") { Description = "The node's name, unique in its cluster." };
}
