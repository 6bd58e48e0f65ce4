namespace Sky.Core.Catalog;

/// <summary>What one cloud sells, as far as it was recorded. Immutable.</summary>
public sealed record CloudCatalog
{
    private static readonly IReadOnlyList<string?> _noZone = [null];

    /// <summary><c>aws</c>, <c>azure</c>.</summary>
    public required string Cloud { get; init; }

    public IReadOnlyList<CatalogPart> Parts { get; init; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, InstanceType> Types { get; init; } = new Dictionary<string, InstanceType>();

    /// <summary>By type, then region. Only of types in <see cref="Types"/>.</summary>
    public IReadOnlyList<RegionOffer> Offers { get; init; } = [];

    public CatalogPart? Part(string name) => Parts.FirstOrDefault(part => part.Name == name);

    /// <summary>The same with one part told anew.</summary>
    public CloudCatalog With(CatalogPart part) => this with { Parts = [.. Parts.Where(old => old.Name != part.Name), part] };

    /// <summary>Every type in every region, with prices; those that are not recorded are estimated.</summary>
    /// <param name="of">Which types; null for all.</param>
    public IEnumerable<PricedOffer> Priced(Func<InstanceType, bool>? of = null)
    {
        var estimates = new PriceEstimates(this);
        foreach (var offer in Offers)
        {
            if (Types.TryGetValue(offer.Type, out var type) && of?.Invoke(type) != false)
            {
                yield return new PricedOffer
                {
                    Cloud = Cloud,
                    Type = type,
                    Region = offer.Region,
                    Zones = offer.Zones,
                    OnDemand = estimates.OnDemand(offer),
                    Spot = type.Spot ? [.. Zones(offer).Select(zone => (zone, estimates.Spot(offer, zone)))] : [],
                };
            }
        }
    }

    /// <summary>Everything that can be bought, zone by zone, on demand and as spot.</summary>
    /// <param name="of">Which types; null for all.</param>
    public IEnumerable<Offering> Offerings(Func<InstanceType, bool>? of = null)
    {
        foreach (var offer in Priced(of))
        {
            if (offer.Type.OnDemand)
            {
                foreach (var zone in offer.Zones.Count == 0 ? _noZone : offer.Zones)
                {
                    yield return Offered(offer, zone, spot: false, offer.OnDemand);
                }
            }

            foreach (var (zone, price) in offer.Spot)
            {
                yield return Offered(offer, zone, spot: true, price);
            }
        }
    }

    private static IReadOnlyList<string?> Zones(RegionOffer offer) => offer.Zones.Count == 0 ? _noZone : offer.Zones;

    private Offering Offered(PricedOffer offer, string? zone, bool spot, CatalogPrice price) => new()
    {
        Cloud = Cloud,
        Region = offer.Region,
        Zone = zone,
        InstanceType = offer.Type.Name,
        Cpus = offer.Type.Cpus,
        Memory = offer.Type.Memory,
        Architecture = offer.Type.Architecture,
        Accelerator = offer.Type.Accelerator,
        AcceleratorCount = offer.Type.AcceleratorCount,
        AcceleratorMemory = offer.Type.AcceleratorMemory,
        UseSpot = spot,
        HourlyCost = price.Hourly,
        Price = price,
        Engine = Engines.EngineName.Swarm,
    };
}
