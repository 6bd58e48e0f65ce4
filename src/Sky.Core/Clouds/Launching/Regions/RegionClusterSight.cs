namespace Sky.Core.Clouds.Launching.Regions;

/// <summary>How the cluster of a region is, for the nodes that are to join it.</summary>
/// <param name="CanBeJoined">Its manager is bought, whether it answers yet or not.</param>
/// <param name="Refused">Why no manager can be had now; null: one is bought, or being bought.</param>
/// <param name="IsLost">Its manager was bought, and is gone or going.</param>
public sealed record RegionClusterSight(bool CanBeJoined, CloudException? Refused, bool IsLost);
