using Sky.Controller.Api;
using Sky.Core.Clusters;

namespace Sky.Controller.Clusters;

/// <summary>What a verb makes of a cluster: the cluster as it is to be, or why not.</summary>
internal sealed record ClusterDecision
{
    /// <summary>As it is then; null with a problem.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>It goes.</summary>
    public bool Deletes { get; init; }

    public Problem? Problem { get; init; }

    public static implicit operator ClusterDecision(ClusterRecord cluster) => new() { Cluster = cluster };

    public static implicit operator ClusterDecision(Problem problem) => new() { Problem = problem };
}
