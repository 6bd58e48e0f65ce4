using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws.Catalog;

namespace Sky.CatalogBuilder;

/// <summary>AWS: hardware and zones as an EC2 endpoint tells them, by the very code of <c>sky catalog refresh</c>; prices as they were recorded.</summary>
internal static class AwsFacts
{
    private const string PricedRegion = "us-east-1";
    private static readonly DateOnly PricesAt = new(2026, 7, 20);

    public static async Task<CloudCatalog> ReadAsync(Uri ec2, string facts, string here)
    {
        using var http = new HttpClient();
        var settings = new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = ec2.ToString(), ["AWS_REGION"] = PricedRegion };
        var step = AwsCatalog.Steps(http, settings.GetValueOrDefault, TimeProvider.System, [])[0];
        var asked = await step.RunAsync(new CloudCatalog { Cloud = "aws" }, new Progress(), CancellationToken.None);
        var types = new Dictionary<string, InstanceType>(asked.Types, StringComparer.Ordinal);
        List<RegionOffer> offers = [.. asked.Offers];
        foreach (var type in Csv.Read(here, "aws-types.csv").Select(row => Hardware.Of(row, "type")).Where(type => !types.ContainsKey(type.Name)))
        {
            types.Add(type.Name, type);
        }

        var prices = Csv.Read(facts, "aws-us-east-1-on-demand.csv").ToDictionary(row => row["instance_type"], row => Hardware.Number(row["usd_per_hour"]));
        // What has a price there is sold there, in zones that were not recorded.
        offers.AddRange(prices.Keys.Where(types.ContainsKey).Except(offers.Where(offer => offer.Region == PricedRegion).Select(offer => offer.Type)).Select(type => new RegionOffer { Type = type, Region = PricedRegion }));
        var spot = Csv.Read(here, "aws-spot.csv").ToList();
        var onDemand = new CatalogPart(CatalogPart.OnDemand, PricesAt, "AWS price list");
        var spotPart = new CatalogPart(CatalogPart.Spot, Hardware.Day(spot[0]["date"]), "EC2 DescribeSpotPriceHistory");
        return new CloudCatalog
        {
            Cloud = "aws",
            Parts =
            [
                new CatalogPart(CatalogPart.Hardware, null, "EC2 DescribeInstanceTypes as moto 5.2.1 recorded it"),
                new CatalogPart(CatalogPart.Offers, null, "EC2 DescribeInstanceTypeOfferings as moto 5.2.1 recorded it"),
                onDemand,
                spotPart,
            ],
            Types = types,
            Offers = [.. offers.Select(offer => Priced(offer, prices, spot, onDemand, spotPart))],
        };
    }

    private static RegionOffer Priced(
        RegionOffer offer, Dictionary<string, double> prices, List<IReadOnlyDictionary<string, string>> spot, CatalogPart onDemand, CatalogPart spotPart) => offer with
        {
            OnDemand = offer.Region == PricedRegion && prices.TryGetValue(offer.Type, out var price)
                ? CatalogPrice.Recorded(price, PricesAt, onDemand.Source)
                : CatalogPrice.Unknown,
            Spot = spot.Where(row => row["type"] == offer.Type && offer.Zones.Contains(row["zone"])).ToDictionary(
                row => row["zone"], row => CatalogPrice.Recorded(Hardware.Number(row["usd_per_hour"]), Hardware.Day(row["date"]), spotPart.Source)),
        };

    private sealed class Progress : ICatalogProgress
    {
        public void Done(int done, int all) => Console.Error.WriteLine($"{done} of {all} regions");

        public void Left(string sentence) => throw new InvalidOperationException(sentence);
    }
}
