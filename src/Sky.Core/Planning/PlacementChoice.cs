using Sky.Core.Catalog;
using Sky.Core.Placement;

namespace Sky.Core.Planning;

/// <summary>A feasible place, and which of the file's candidates (by index) it satisfies.</summary>
public sealed record PlacementChoice(ReplicaPlacement Placement, int Candidate)
{
    /// <summary>What it is taken from, with its size and how its price is known; null where that is not known any more.</summary>
    public Offering? Offering { get; init; }
}
