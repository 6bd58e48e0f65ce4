using Sky.Core.Catalog;

namespace Sky.Core.Placement;

/// <summary>A place that meets a candidate of the file.</summary>
/// <param name="Offering">The place.</param>
/// <param name="Candidate">Which candidate, by index.</param>
/// <param name="Index">Where it stood in the list of all places: among equals the first is the better.</param>
internal readonly record struct FittingPlace(Offering Offering, int Candidate, int Index);
