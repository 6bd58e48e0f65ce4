using Sky.Core.Placement;

namespace Sky.Core.Planning;

/// <summary>A feasible place, and which of the file's candidates (by index) it satisfies.</summary>
public sealed record PlacementChoice(ReplicaPlacement Placement, int Candidate);
