using System.Globalization;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Says why a replica stands where it stands, from what is known now.</summary>
public static class PlaceReason
{
    /// <summary>The places that are better now than the one a replica has.</summary>
    /// <param name="row">The replica.</param>
    /// <param name="choices">All places that fit its version now, best first.</param>
    public static IReadOnlyList<PlacementChoice> Better(ReplicaRecord row, IReadOnlyList<PlacementChoice> choices)
    {
        var at = IndexOf(row, choices);
        return at < 0 ? [] : [.. choices.Take(at).Where(choice => choice.Candidate < row.Candidate || choice.Placement.HourlyCost < row.Placement.HourlyCost)];
    }

    /// <summary>One sentence.</summary>
    /// <param name="row">The replica.</param>
    /// <param name="resources">What its version asks for.</param>
    /// <param name="choices">All places that fit it now, best first.</param>
    /// <param name="spotPlacer">Who chooses the zones of spot replicas, such as <c>adaptive</c>; null: nobody, the best place is taken.</param>
    public static string Of(ReplicaRecord row, ResourcesSpec resources, IReadOnlyList<PlacementChoice> choices, string? spotPlacer = null)
    {
        var place = row.Placement;
        var candidate = resources.Candidates.Count > 1 ? $"candidate {row.Candidate + 1} of {resources.Candidates.Count}; " : "";
        var at = IndexOf(row, choices);
        if (at < 0)
        {
            return $"{candidate}{Name(place)} fitted when it was placed, and is not among the {choices.Count} places that fit now";
        }

        var better = Better(row, choices).Count;
        var of = choices.Count == 1 ? "the only place that fits" : better == 0 ? $"the best of {choices.Count} places that fit ({Goal(resources)})" : $"place {at + 1} of {choices.Count} that fit ({Goal(resources)})";
        var others = better == 0 ? ""
            : place.UseSpot && spotPlacer is not null ? $"; spot_placer: {spotPlacer} chose the zone, by where the others stand and what zones have lost"
            : $"; {better} better ones could not be had, or came later";
        return $"{candidate}{of}{Price(place)}{others}";
    }

    private static int IndexOf(ReplicaRecord row, IReadOnlyList<PlacementChoice> choices)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            var (one, place) = (choices[i].Placement, row.Placement);
            if ((one.Cloud, one.Region, one.Zone, one.InstanceType, one.UseSpot, one.EngineName.Split('/')[0]) == (place.Cloud, place.Region, place.Zone, place.InstanceType, place.UseSpot, place.EngineName.Split('/')[0]))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Goal(ResourcesSpec resources) => (resources.Ordered, resources.Optimize) switch
    {
        (true, _) => "in the file's order",
        (_, PlacementGoal.Latency) => $"nearest to {resources.Near} first",
        (_, PlacementGoal.Availability) => "least likely to go first",
        _ => "cheapest first",
    };

    private static string Price(ReplicaPlacement place) => place.HourlyCost switch
    {
        _ when !place.Bought => ": a machine you have, which costs nothing",
        { } cost => string.Create(CultureInfo.InvariantCulture, $", ${cost:0.####} an hour"),
        null => ", at a price that is not known",
    };

    private static string Name(ReplicaPlacement place) => string.Join('/', new[] { place.Cloud, place.Zone ?? place.Region, place.InstanceType }.OfType<string>().Distinct());
}
