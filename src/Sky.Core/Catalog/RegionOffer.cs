namespace Sky.Core.Catalog;

/// <summary>One instance type in one region.</summary>
public sealed record RegionOffer
{
    public required string Type { get; init; }

    public required string Region { get; init; }

    /// <summary>The zones that have it; empty when only the region is known.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    public CatalogPrice OnDemand { get; init; } = CatalogPrice.Unknown;

    /// <summary>By zone; under the empty name where a cloud has one price for the region.</summary>
    public IReadOnlyDictionary<string, CatalogPrice> Spot { get; init; } = new Dictionary<string, CatalogPrice>();

    /// <summary>The recorded spot price of a zone.</summary>
    public CatalogPrice SpotIn(string? zone) =>
        (zone is not null ? Spot.GetValueOrDefault(zone) : null) ?? Spot.GetValueOrDefault("") ?? CatalogPrice.Unknown;
}
