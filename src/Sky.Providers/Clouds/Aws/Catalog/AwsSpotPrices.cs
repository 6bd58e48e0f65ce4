using System.Globalization;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>The spot price of now in every zone: <c>DescribeSpotPriceHistory</c> of Linux, from now on.</summary>
/// <param name="calls">Asks.</param>
/// <param name="only">The regions that are meant; none: all of the catalog.</param>
/// <param name="time">The date of what is found.</param>
internal sealed class AwsSpotPrices(AwsCalls calls, IReadOnlyList<string> only, TimeProvider time)
{
    private const string Linux = "Linux/UNIX";

    public CatalogStep Step => new("EC2 spot prices", RunAsync);

    private async Task<CloudCatalog> RunAsync(CloudCatalog before, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        List<string> regions = [.. before.Offers.Select(offer => offer.Region).Where(region => only.Count == 0 || only.Contains(region)).Distinct(StringComparer.Ordinal)];
        var answers = await calls.AskAsync(regions, (ec2, token) => AskAsync(ec2, now, token), progress, cancellationToken);
        var today = DateOnly.FromDateTime(now);
        var part = new CatalogPart(CatalogPart.Spot, today, "EC2 DescribeSpotPriceHistory");
        return (before with { Offers = [.. before.Offers.Select(offer => WithPrices(offer, answers, today, part))] }).With(part);
    }

    // A zone without a price in the answer had no change of price for three months: what was known stays, with its date.
    private static RegionOffer WithPrices(RegionOffer offer, IReadOnlyDictionary<string, Dictionary<(string Type, string Zone), double>> answers, DateOnly today, CatalogPart part)
    {
        if (!answers.TryGetValue(offer.Region, out var prices))
        {
            return offer;
        }

        var spot = new Dictionary<string, CatalogPrice>(offer.Spot, StringComparer.Ordinal);
        foreach (var zone in offer.Zones)
        {
            if (prices.TryGetValue((offer.Type, zone), out var price))
            {
                spot[zone] = CatalogPrice.Recorded(price, today, part.Source);
            }
        }

        return offer with { Spot = spot };
    }

    private static async Task<Dictionary<(string Type, string Zone), double>> AskAsync(IAmazonEC2 ec2, DateTime now, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(string, string), (DateTime At, double Price)>();
        var request = new DescribeSpotPriceHistoryRequest { StartTime = now, ProductDescriptions = [Linux] };
        await foreach (var page in ec2.Paginators.DescribeSpotPriceHistory(request).Responses.WithCancellation(cancellationToken))
        {
            foreach (var entry in page.SpotPriceHistory ?? [])
            {
                var key = (entry.InstanceType.Value, entry.AvailabilityZone);
                if (double.TryParse(entry.Price, NumberStyles.Float, CultureInfo.InvariantCulture, out var price)
                    && (!newest.TryGetValue(key, out var known) || entry.Timestamp > known.At))
                {
                    newest[key] = (entry.Timestamp ?? DateTime.MinValue, price);
                }
            }
        }

        return newest.ToDictionary(pair => pair.Key, pair => pair.Value.Price);
    }
}
