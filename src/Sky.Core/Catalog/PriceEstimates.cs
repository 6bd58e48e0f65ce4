namespace Sky.Core.Catalog;

/// <summary>
/// Stands in for prices that nobody recorded, and says so. On demand: the lowest recorded price of the same type in another region
/// (<see cref="PriceStatus.Estimated"/>). Spot: the highest recorded one of the region's other zones (estimated), else the price on demand,
/// which spot does not exceed (<see cref="PriceStatus.AtMost"/> where that one is recorded). Nothing else is guessed.
/// </summary>
internal sealed class PriceEstimates
{
    private readonly Dictionary<string, CatalogPrice> _elsewhere = [];

    public PriceEstimates(CloudCatalog catalog)
    {
        foreach (var offer in catalog.Offers.Where(offer => offer.OnDemand.Status == PriceStatus.Recorded))
        {
            if (!_elsewhere.TryGetValue(offer.Type, out var lowest) || offer.OnDemand.Hourly < lowest.Hourly)
            {
                _elsewhere[offer.Type] = offer.OnDemand with { Status = PriceStatus.Estimated, Source = $"the price in {offer.Region}" };
            }
        }
    }

    public CatalogPrice OnDemand(RegionOffer offer) =>
        offer.OnDemand.Status == PriceStatus.Recorded ? offer.OnDemand : _elsewhere.GetValueOrDefault(offer.Type, CatalogPrice.Unknown);

    public CatalogPrice Spot(RegionOffer offer, string? zone)
    {
        if (offer.SpotIn(zone) is { Status: PriceStatus.Recorded } recorded)
        {
            return recorded;
        }

        if (offer.Spot.Count > 0)
        {
            var (beside, highest) = offer.Spot.MaxBy(pair => pair.Value.Hourly);
            return highest with { Status = PriceStatus.Estimated, Source = $"the spot price in {beside}" };
        }

        var onDemand = OnDemand(offer);
        return onDemand.Status switch
        {
            PriceStatus.Recorded => onDemand with { Status = PriceStatus.AtMost, Source = "the price on demand" },
            PriceStatus.Estimated => onDemand with { Source = $"{onDemand.Source}, on demand" },
            _ => onDemand,
        };
    }
}
