using Sky.Core.Catalog;

namespace Sky.Core.Tests.Catalog;

public sealed class PriceEstimatesTests
{
    private static readonly DateOnly _day = new(2026, 8, 1);

    private static readonly CloudCatalog _catalog = new()
    {
        Cloud = "aws",
        Types = new Dictionary<string, InstanceType> { ["t"] = new() { Name = "t", Cpus = 1, Memory = 1, Spot = true }, ["u"] = new() { Name = "u", Cpus = 1, Memory = 1, Spot = true } },
        Offers =
        [
            new RegionOffer { Type = "t", Region = "dear", Zones = ["dear-a"], OnDemand = Recorded(3) },
            new RegionOffer { Type = "t", Region = "cheap", Zones = ["cheap-a", "cheap-b", "cheap-c"], OnDemand = Recorded(2), Spot = new Dictionary<string, CatalogPrice> { ["cheap-a"] = Recorded(0.5), ["cheap-b"] = Recorded(0.7) } },
            new RegionOffer { Type = "t", Region = "new", Zones = ["new-a"] },
            new RegionOffer { Type = "u", Region = "new", Zones = ["new-a"] },
        ],
    };

    [Theory]
    [InlineData("t", "dear", 3.0, PriceStatus.Recorded, "published")]
    [InlineData("t", "new", 2.0, PriceStatus.Estimated, "the price in cheap")]
    [InlineData("u", "new", null, PriceStatus.Unknown, null)]
    public void On_demand_it_is_the_lowest_recorded_price_elsewhere(string type, string region, double? price, PriceStatus status, string? source) =>
        Assert.Equal((price, status, source), Facts(Offers(type, region, spot: false)[0]));

    [Theory]
    [InlineData("t", "cheap", "cheap-a", 0.5, PriceStatus.Recorded, "published")]
    [InlineData("t", "cheap", "cheap-c", 0.7, PriceStatus.Estimated, "the spot price in cheap-b")]
    [InlineData("t", "dear", "dear-a", 3.0, PriceStatus.AtMost, "the price on demand")]
    [InlineData("t", "new", "new-a", 2.0, PriceStatus.Estimated, "the price in cheap, on demand")]
    [InlineData("u", "new", "new-a", null, PriceStatus.Unknown, null)]
    public void Spot_is_that_of_other_zones_or_at_most_the_price_on_demand(string type, string region, string zone, double? price, PriceStatus status, string? source) =>
        Assert.Equal((price, status, source), Facts(Offers(type, region, spot: true).Single(offering => offering.Zone == zone)));

    private static CatalogPrice Recorded(double price) => CatalogPrice.Recorded(price, _day, "published");

    private static List<Offering> Offers(string type, string region, bool spot) => [.. _catalog.Offerings(one => one.Name == type).Where(offering => offering.Region == region && offering.UseSpot == spot)];

    private static (double?, PriceStatus, string?) Facts(Offering offering) => (offering.HourlyCost, offering.Price!.Status, offering.Price.Source);
}
