using System.Globalization;
using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Matches what a file asks for with what can be had.</summary>
public static class Placer
{
    /// <summary>
    /// Places kept for each candidate of a file. Failing over goes on to the next, and nobody was ever refused at this many; all of a
    /// catalog's places would be made and sorted for nothing.
    /// </summary>
    public const int MostPlaces = 500;

    /// <summary>The feasible places, best first: in the file's order where that is ordered, else by what it wants (the cheapest, unless it says otherwise).</summary>
    /// <param name="resources">What the file asks for.</param>
    /// <param name="offerings">What can be had; among equals the first is the better.</param>
    /// <param name="task">What is to run there: one with an image needs who runs containers, unless the file says <c>local</c> itself.</param>
    /// <param name="reason">When the answer is empty: one sentence that says what is asked for and what there is.</param>
    public static IReadOnlyList<PlacementChoice> Choose(ResourcesSpec resources, IReadOnlyList<Offering> offerings, TaskSpec? task, out string? reason)
    {
        var known = KnownAccelerators(resources, offerings);
        List<CandidateFit> fits = [.. resources.Candidates.Select(asked => new CandidateFit(asked, new AcceleratorMatch(asked.Accelerator, asked.AcceleratorCount, known), task))];
        List<FittingPlace> fitting = [];
        for (var i = 0; i < fits.Count; i++)
        {
            if (!Add(fitting, fits[i], i, offerings) && fits[i].HasUsualSize)
            {
                Add(fitting, fits[i].InAnySize(), i, offerings);
            }
        }

        reason = fitting.Count == 0 ? PlacementText.Explain(resources, fits, offerings, task) : null;
        fitting.Sort(new PlacementOrder(resources, fitting));
        return Best(resources, fitting);
    }

    private static bool Add(List<FittingPlace> fitting, CandidateFit fit, int candidate, IReadOnlyList<Offering> offerings)
    {
        var before = fitting.Count;
        for (var i = 0; i < offerings.Count; i++)
        {
            var offering = offerings[i];
            if (fit.Fits(offering))
            {
                fitting.Add(new FittingPlace(offering, candidate, i));
            }
        }

        return fitting.Count > before;
    }

    private static List<PlacementChoice> Best(ResourcesSpec resources, List<FittingPlace> ordered)
    {
        var counts = new int[resources.Candidates.Count];
        List<PlacementChoice> best = [];
        foreach (var (offering, candidate, _) in ordered)
        {
            if (counts[candidate]++ < MostPlaces)
            {
                best.Add(new PlacementChoice(PlacementOf(resources.Candidates[candidate], offering), candidate) { Offering = offering });
            }
        }

        return best;
    }

    private static IReadOnlyCollection<string> KnownAccelerators(ResourcesSpec resources, IReadOnlyList<Offering> offerings)
    {
        if (resources.Candidates.All(asked => asked.Accelerator is null))
        {
            return [];
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var offering in offerings)
        {
            if (offering.Accelerator is { } name)
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static ReplicaPlacement PlacementOf(ResourceCandidate asked, Offering offering) => ReplicaPlacement.Of(offering) with
    {
        Zone = offering.Zone ?? (offering.Owned ? null : asked.Zone),
        MaxHourlyCost = offering.Owned ? null : asked.MaxHourlyCost,
        Accelerators = asked.Accelerator is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{offering.Accelerator ?? asked.Accelerator}:{(offering.Owned ? asked.AcceleratorCount : offering.AcceleratorCount):0.###}"),
    };
}
