using Sky.Core.Catalog;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Which of two places is the better one, for what the file wants.</summary>
internal sealed class PlacementOrder : IComparer<FittingPlace>
{
    // More zones than this to turn to make no difference.
    private const int EnoughZones = 3;

    private readonly ResourcesSpec _resources;
    private readonly Dictionary<(string Type, string? Region, bool Spot), int> _zones = [];

    public PlacementOrder(ResourcesSpec resources, IReadOnlyList<FittingPlace> all)
    {
        _resources = resources;
        if (resources.Optimize == PlacementGoal.Availability)
        {
            foreach (var (offering, _, _) in all.DistinctBy(place => place.Index))
            {
                var key = (offering.InstanceType, offering.Region, offering.UseSpot);
                _zones[key] = _zones.GetValueOrDefault(key) + 1;
            }
        }
    }

    public int Compare(FittingPlace left, FittingPlace right)
    {
        if (_resources.Ordered && left.Candidate != right.Candidate)
        {
            return left.Candidate.CompareTo(right.Candidate);
        }

        var order = _resources.Optimize switch
        {
            PlacementGoal.Latency => RegionMap.Steps(_resources.Near, left.Offering).CompareTo(RegionMap.Steps(_resources.Near, right.Offering)),
            PlacementGoal.Availability => Risk(left.Offering).CompareTo(Risk(right.Offering)),
            _ => 0,
        };
        if (order == 0)
        {
            order = Cost(left.Offering).CompareTo(Cost(right.Offering));
        }

        if (order == 0)
        {
            order = Doubt(left.Offering).CompareTo(Doubt(right.Offering));
        }

        if (order == 0)
        {
            order = left.Candidate.CompareTo(right.Candidate);
        }

        return order == 0 ? left.Index.CompareTo(right.Index) : order;
    }

    private static double Cost(Offering offering) => offering.HourlyCost ?? double.MaxValue;

    /// <summary>At one price, what is known to cost that goes before what is only estimated to.</summary>
    private static int Doubt(Offering offering) => offering.Price?.IsBound == false ? 1 : 0;

    /// <summary>One's own machine, then on demand, then spot; in each, regions with more zones of the type first.</summary>
    private int Risk(Offering offering) => offering.Owned
        ? 0
        : (offering.UseSpot ? 2 : 1) * (EnoughZones + 1) - Math.Min(EnoughZones, _zones[(offering.InstanceType, offering.Region, offering.UseSpot)]);
}
