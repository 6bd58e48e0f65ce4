using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Nodes;

namespace Sky.Core.Clouds.Launching.Regions;

/// <summary>The cluster that the nodes bought in one region of one cloud form, by its names.</summary>
/// <param name="Cloud">Such as <c>aws</c>.</param>
/// <param name="Region">Such as <c>us-east-1</c>.</param>
public readonly record struct RegionCluster(string Cloud, string Region)
{
    private const string Prefix = EngineName.Swarm + "/";
    private static readonly string[] _clouds = ["aws", "azure", "sim"];

    public ClusterName Name => new($"{Cloud}-{Region}");

    /// <summary>Who runs replicas there.</summary>
    public string Engine => EngineName.Of(EngineName.Swarm, Name.Value);

    /// <summary>The cluster that a bought node joins; null for what is not bought, or joins none.</summary>
    public static RegionCluster? Of(Offering offering) =>
        !offering.Owned && offering.Region is { } region && offering.Engine.StartsWith(Prefix, StringComparison.Ordinal) ? new RegionCluster(offering.Cloud, region) : null;

    /// <inheritdoc cref="Of(Offering)"/>
    public static RegionCluster? Of(NodeLaunch launch) => Of(launch.Request.Offering);

    /// <summary>Whether users may not call a cluster of their own machines so.</summary>
    public static bool IsReserved(string name) => _clouds.Any(cloud => name.StartsWith(cloud + "-", StringComparison.Ordinal));
}
