using Sky.Core.Catalog;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Matches what a file asks for with what can be had.</summary>
public static class Placer
{
    /// <summary>The feasible places, best first: in the file's order where that is ordered, else the cheapest first.</summary>
    /// <param name="resources">What the file asks for.</param>
    /// <param name="offerings">What can be had.</param>
    /// <param name="reason">When the answer is empty: one sentence that says what is asked for and what there is.</param>
    public static IReadOnlyList<PlacementChoice> Choose(ResourcesSpec resources, IReadOnlyList<Offering> offerings, out string? reason) =>
        throw new NotImplementedException();
}
