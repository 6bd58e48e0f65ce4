namespace Sky.Core.Catalog;

/// <summary>One instance type in one region with its prices, as far as they are known or can be estimated.</summary>
public sealed record PricedOffer
{
    public required string Cloud { get; init; }

    public required InstanceType Type { get; init; }

    public required string Region { get; init; }

    /// <summary>Empty when only the region is known.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    public required CatalogPrice OnDemand { get; init; }

    /// <summary>By zone, null for the region as a whole; empty when it is not sold as spot.</summary>
    public required IReadOnlyList<(string? Zone, CatalogPrice Price)> Spot { get; init; }

    /// <summary>The lowest spot price of its zones; null when it is not sold as spot.</summary>
    public CatalogPrice? LowestSpot => Spot.Count == 0 ? null : Spot.MinBy(one => one.Price.Hourly ?? double.MaxValue).Price;
}
