using Sky.Core.Placement;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Where a version's replicas may stand on spot nodes, zone by zone, and where on-demand.</summary>
internal sealed class SpotMarket
{
    private SpotMarket(IReadOnlyList<Zone> zones, IReadOnlyList<PlacementChoice> onDemand)
    {
        Zones = zones;
        OnDemand = onDemand;
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<Zone> Zones { get; }

    /// <summary>The cheapest first.</summary>
    public IReadOnlyList<PlacementChoice> OnDemand { get; }

    /// <summary>Null where no price is known.</summary>
    public double? OnDemandPrice => OnDemand.Select(choice => choice.Placement.HourlyCost).FirstOrDefault(cost => cost is not null);

    /// <summary>Unique among all clouds and regions.</summary>
    public static string NameOf(ReplicaPlacement place) => $"{place.Cloud}/{place.Region}/{place.Zone}";

    /// <summary>Replicas of a version that count as held: on bought nodes that are not about to go.</summary>
    public static List<ReplicaRecord> Held(Draft draft, int version) =>
        [.. draft.Live.Where(row => row.Version == version && row.NodeAttempt > 0 && !draft.IsLeaving(row))];

    public static SpotMarket Of(Draft draft, int version)
    {
        var record = draft.Version(version);
        var spot = Launch.Choices(draft, record, out _).Where(choice => choice.Placement is { Bought: true, UseSpot: true }).ToList();
        var asked = record.Spec.Resources with { Candidates = [.. record.Spec.Resources.Candidates.Select(candidate => candidate with { UseSpot = false })] };
        var onDemand = Placer.Choose(asked, draft.Snapshot.Offerings, record.Spec.Task, out _).Where(choice => choice.Placement.Bought).ToList();
        var zones = spot.GroupBy(choice => NameOf(choice.Placement)).Select(group => new Zone(group.Key, group.Min(choice => choice.Placement.HourlyCost) ?? 0, [.. group]));
        return new SpotMarket([.. zones.OrderBy(zone => zone.Name, StringComparer.Ordinal)], onDemand);
    }

    /// <summary>Where the next replica goes by what was decided; null: nowhere now, with the time at which that may change where a refusal is waited out.</summary>
    public PlacementChoice? Next(Draft draft, int version, out DateTimeOffset? again)
    {
        again = null;
        var holding = draft.Service.Spot!;
        var rows = Held(draft, version);
        var wanted = new List<IReadOnlyList<PlacementChoice>>();
        for (var i = 0; i < Zones.Count; i++)
        {
            if (rows.Count(row => row.Placement.UseSpot && NameOf(row.Placement) == Zones[i].Name) < holding.Spot[i])
            {
                wanted.Add(Zones[i].Choices);
            }
        }

        if (rows.Count(row => !row.Placement.UseSpot) < holding.OnDemand)
        {
            wanted.Add(OnDemand);
        }

        foreach (var choice in wanted.SelectMany(choices => choices).Where(choice => draft.Answers(choice.Placement.EngineName)))
        {
            if (BoughtNodes.AvoidedUntil(draft.Snapshot.Refusals, choice.Placement, draft.Now) is not { } until)
            {
                return choice;
            }

            again = again is { } sooner && sooner < until ? sooner : until;
        }

        return null;
    }

    /// <param name="Name">Of <see cref="NameOf"/>.</param>
    /// <param name="Price">Of the cheapest choice there, US dollars an hour; 0 where it is not known.</param>
    /// <param name="Choices">The best first.</param>
    public sealed record Zone(string Name, double Price, IReadOnlyList<PlacementChoice> Choices);
}
