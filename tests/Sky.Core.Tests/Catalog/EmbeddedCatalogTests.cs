using Sky.Core.Catalog;

namespace Sky.Core.Tests.Catalog;

public sealed class EmbeddedCatalogTests
{
    private const int MostBytes = 500_000;

    private static readonly Lazy<IReadOnlyList<CloudCatalog>> _catalogs = new(() => [.. EmbeddedCatalog.Clouds.Select(EmbeddedCatalog.Read)]);

    [Fact]
    public void What_is_built_in_is_small() => Assert.InRange(
        EmbeddedCatalog.Clouds.Sum(cloud => typeof(EmbeddedCatalog).Assembly.GetManifestResourceStream($"catalog/{cloud}")!.Length), 1, MostBytes);

    [Theory]
    [InlineData("aws", "g5.xlarge", 4, 16, "A10G", 1, 22.351563)]
    [InlineData("aws", "p4de.24xlarge", 96, 1152, "A100-80GB", 8, 80)]
    [InlineData("aws", "p4d.24xlarge", 96, 1152, "A100", 8, 40)]
    [InlineData("aws", "g6f.large", 2, 8, "L4", 0.125, 2.793945)]
    [InlineData("azure", "Standard_NC24ads_A100_v4", 24, 220, "A100-80GB", 1, 80)]
    [InlineData("azure", "Standard_ND96isr_H100_v5", 96, 1900, "H100", 8, 80)]
    [InlineData("azure", "Standard_NV36ads_A10_v5", 36, 440, "A10", 1, 24)]
    public void Hardware_is_as_the_clouds_tell_it(string cloud, string name, double cpus, double memory, string gpu, double count, double gpuMemory)
    {
        var type = Catalog(cloud).Types[name];
        Assert.Equal((cpus, memory, gpu, count, gpuMemory), (type.Cpus, type.Memory, type.Accelerator, type.AcceleratorCount, type.AcceleratorMemory));
    }

    /// <summary>Every NVIDIA family that the two clouds sell by the hour.</summary>
    [Theory]
    [InlineData("aws", "T4 T4g V100-32GB A10G L4 L40S A100 A100-80GB H100 H200 B200 B300 RTXPRO4500 RTXPRO6000")]
    [InlineData("azure", "T4 A10 A100 A100-80GB H100 H100-NVL H200 GB200 GB300 RTXPRO6000")]
    public void Every_GPU_family_is_there(string cloud, string names) => Assert.Empty(names.Split(' ').Except(Catalog(cloud).Types.Values.Select(type => type.Accelerator)));

    [Theory]
    [InlineData("aws", "us-east-1", "g5.xlarge", 1.006, "2026-07-20")]
    [InlineData("aws", "us-east-1", "p5.48xlarge", 55.04, "2026-07-20")]
    [InlineData("azure", "eastus", "Standard_NC144ds_xl_RTXPRO6000BSE_v6", 5.5, "2026-06-18")]
    public void Recorded_prices_bear_their_date(string cloud, string region, string type, double price, string date)
    {
        var offered = Offered(cloud, region, type, spot: false);
        Assert.NotEmpty(offered);
        Assert.All(offered, one => Assert.Equal((price, PriceStatus.Recorded, DateOnly.Parse(date, null)), (one.Price!.Hourly, one.Price.Status, one.Price.Date)));
    }

    [Fact]
    public void Zones_are_those_that_offer_the_type() =>
        Assert.Equal(["us-east-1c"], Offered("aws", "us-east-1", "p6-b200.48xlarge", spot: false).Select(offering => offering.Zone));

    [Fact]
    public void A_price_of_another_region_is_an_estimate_and_says_from_where()
    {
        var price = Offered("aws", "eu-central-1", "g5.xlarge", spot: false)[0].Price!;
        Assert.Equal((1.006, PriceStatus.Estimated, "the price in us-east-1"), (price.Hourly, price.Status, price.Source));
        Assert.False(price.IsBound);
    }

    [Fact]
    public void A_spot_price_that_nobody_recorded_is_at_most_the_price_on_demand()
    {
        var price = Offered("aws", "us-east-1", "g5.xlarge", spot: true)[0].Price!;
        Assert.Equal((1.006, PriceStatus.AtMost), (price.Hourly, price.Status));
        Assert.True(price.IsBound);
    }

    [Fact]
    public void Recorded_spot_prices_are_kept_zone_by_zone() => Assert.Equal(
        [("us-east-2a", 2.96), ("us-east-2b", 2.71), ("us-east-2c", 2.99)],
        Offered("aws", "us-east-2", "g5.48xlarge", spot: true).Select(offering => (offering.Zone!, offering.HourlyCost!.Value)));

    [Fact]
    public void Where_no_region_has_a_price_it_is_unknown()
    {
        var offered = Catalog("aws").Offerings(type => type.Name == "g6f.large").Where(offering => !offering.UseSpot).ToList();
        Assert.NotEmpty(offered);
        Assert.All(offered, one => Assert.Equal((null, PriceStatus.Unknown), (one.HourlyCost, one.Price!.Status)));
    }

    [Fact]
    public void Nothing_is_recorded_without_a_date_and_a_source() => Assert.All(
        _catalogs.Value.SelectMany(catalog => catalog.Offers).SelectMany(offer => offer.Spot.Values.Append(offer.OnDemand)).Where(price => price.Hourly is not null),
        price => Assert.True(price is { Status: PriceStatus.Recorded, Date: not null, Source.Length: > 0, Hourly: > 0 }));

    private static CloudCatalog Catalog(string cloud) => _catalogs.Value.Single(catalog => catalog.Cloud == cloud);

    private static List<Offering> Offered(string cloud, string region, string name, bool spot) =>
        [.. Catalog(cloud).Offerings(type => type.Name == name).Where(offering => offering.Region == region && offering.UseSpot == spot)];
}
