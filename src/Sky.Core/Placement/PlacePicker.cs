using Sky.Core.Planning;

namespace Sky.Core.Placement;

/// <summary>
/// Picks places for any number of replicas, one after another. The best place that is not kept away from leads; beside it stand the places that are
/// about as good (<see cref="Tolerance"/>), one for each failure domain: a zone of its region, a machine one has. Each pick takes of these
/// the one with the fewest replicas. Made for one pass; every place is looked at once, every pick costs the logarithm of the domains.
/// </summary>
public sealed class PlacePicker
{
    private readonly PriorityQueue<(PlacementChoice Choice, int Count, int Rank), (int Count, int Rank)> _domains = new();

    /// <param name="choices">Feasible places, best first.</param>
    /// <param name="memory">Places that were not to be had.</param>
    /// <param name="now">The present time.</param>
    /// <param name="standing">Where replicas of the service stand already, those included that failed lately.</param>
    /// <param name="goal">What makes a place good: for availability, other regions count as failure domains too.</param>
    public PlacePicker(
        IReadOnlyList<PlacementChoice> choices, PlaceMemory memory, DateTimeOffset now, IEnumerable<ReplicaPlacement> standing, PlacementGoal goal = PlacementGoal.Cost)
    {
        var weights = new PlaceWeights(memory, now);
        Dictionary<FailureDomain, int>? counts = null;
        HashSet<FailureDomain> taken = [];
        PlacementChoice? best = null;
        for (var i = 0; i < choices.Count; i++)
        {
            var choice = choices[i];
            if (weights.AvoidedUntil(choice.Placement) is { } avoided)
            {
                FreeAt = FreeAt is { } first && first <= avoided.Until ? first : avoided.Until;
                continue;
            }

            best ??= choice;
            if (IsBeside(best, choice, goal) && taken.Add(FailureDomain.Of(choice.Placement)))
            {
                counts ??= standing.GroupBy(FailureDomain.Of).ToDictionary(group => group.Key, group => group.Count());
                var count = counts.GetValueOrDefault(FailureDomain.Of(choice.Placement));
                _domains.Enqueue((choice, count, i), (count, i));
            }
        }
    }

    /// <summary>When the first of the places that are kept away from may be tried again; null when there is none.</summary>
    public DateTimeOffset? FreeAt { get; }

    /// <summary>How much more than the best place another may cost and still be about as good, as a share of its price.</summary>
    public static double Tolerance(PlacementGoal goal) => goal == PlacementGoal.Availability ? 0.25 : 0.1;

    /// <summary>The place of one more replica; null when there is none, or all are kept away from.</summary>
    public PlacementChoice? Next()
    {
        if (!_domains.TryDequeue(out var domain, out _))
        {
            return null;
        }

        _domains.Enqueue(domain with { Count = domain.Count + 1 }, (domain.Count + 1, domain.Rank));
        return domain.Choice;
    }

    private static bool IsBeside(PlacementChoice best, PlacementChoice other, PlacementGoal goal)
    {
        var (a, b) = (best.Placement, other.Placement);
        return other.Candidate == best.Candidate
            && a.Bought == b.Bought
            && a.UseSpot == b.UseSpot
            && a.EngineName == b.EngineName
            && ((goal == PlacementGoal.Availability && a.Bought) || (a.Cloud == b.Cloud && a.Region == b.Region))
            && (a.HourlyCost == b.HourlyCost || b.HourlyCost <= a.HourlyCost * (1 + Tolerance(goal)));
    }
}
