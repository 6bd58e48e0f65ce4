using Sky.Core.Placement;

namespace Sky.Core.Specs;

/// <summary>The candidates a replica may be placed on; at least one.</summary>
public sealed record ResourcesSpec
{
    public required IReadOnlyList<ResourceCandidate> Candidates { get; init; }

    /// <summary>True: tried in this order (<c>ordered</c>, a list of accelerators). False: the cheapest first.</summary>
    public bool Ordered { get; init; }

    /// <summary>What makes one place better than another, where the order does not say it.</summary>
    public PlacementGoal Optimize { get; init; }

    /// <summary>For <see cref="PlacementGoal.Latency"/>: the region to be near to, such as <c>aws/eu-central-1</c>.</summary>
    public string? Near { get; init; }
}
