using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Core.Catalog;
using Sky.Providers.Aws;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>Prices on demand from AWS's price list (<c>GetProducts</c>): Linux, shared hardware, nothing installed.</summary>
/// <param name="client">Asks.</param>
/// <param name="only">The regions that are meant; none: all of the catalog.</param>
/// <param name="time">The date of what is found.</param>
internal sealed class AwsPriceList(AwsJsonClient client, IReadOnlyList<string> only, TimeProvider time)
{
    public static AwsService Service { get; } = new("PRICING", "api.pricing", "pricing", "AWSPriceListService");

    /// <summary>Where the price list is served; it tells the prices of every region.</summary>
    public const string Region = "us-east-1";

    private const int RegionsAtOnce = 4;

    public CatalogStep Step => new("the AWS price list", RunAsync);

    private async Task<CloudCatalog> RunAsync(CloudCatalog before, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        List<string> regions = [.. before.Offers.Select(offer => offer.Region).Where(region => only.Count == 0 || only.Contains(region)).Distinct(StringComparer.Ordinal)];
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var part = new CatalogPart(CatalogPart.OnDemand, today, "AWS price list");
        var prices = new Dictionary<(string Region, string Type), double>();
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        var done = 0;
        progress.Done(0, regions.Count);
        await Parallel.ForEachAsync(regions, new ParallelOptions { MaxDegreeOfParallelism = RegionsAtOnce, CancellationToken = cancellationToken }, async (region, token) =>
        {
            try
            {
                var found = await AskAsync(region, token);
                lock (prices)
                {
                    found.ForEach(one => prices[(region, one.Type)] = one.Price);
                }
            }
            catch (AwsException bad)
            {
                lock (prices)
                {
                    failures[region] = bad.Message;
                }
            }

            progress.Done(Interlocked.Increment(ref done), regions.Count);
        });
        if (prices.Count == 0)
        {
            throw new CatalogException(failures.Values.FirstOrDefault() ?? "The price list names no price.");
        }

        foreach (var (region, why) in failures.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            progress.Left($"{region} keeps its prices: {why}");
        }

        return (before with
        {
            Offers = [.. before.Offers.Select(offer => prices.TryGetValue((offer.Region, offer.Type), out var price)
                ? offer with { OnDemand = CatalogPrice.Recorded(price, today, part.Source) }
                : offer)],
        }).With(part);
    }

    private async Task<List<(string Type, double Price)>> AskAsync(string region, CancellationToken cancellationToken)
    {
        List<(string, double)> found = [];
        string? next = null;
        do
        {
            var request = new JsonObject
            {
                ["ServiceCode"] = "AmazonEC2",
                ["FormatVersion"] = "aws_v1",
                ["MaxResults"] = 100,
                ["Filters"] = new JsonArray(
                    Filter("regionCode", region), Filter("operatingSystem", "Linux"), Filter("tenancy", "Shared"), Filter("preInstalledSw", "NA"),
                    Filter("capacitystatus", "Used"), Filter("marketoption", "OnDemand")),
            };
            if (next is not null)
            {
                request["NextToken"] = next;
            }

            var answer = await client.CallAsync("GetProducts", request, cancellationToken);
            found.AddRange((answer["PriceList"] as JsonArray ?? []).Select(Price).OfType<(string, double)>());
            next = Text(answer["NextToken"]);
        }
        while (!string.IsNullOrEmpty(next));
        return found;
    }

    private static JsonObject Filter(string field, string value) => new() { ["Type"] = "TERM_MATCH", ["Field"] = field, ["Value"] = value };

    /// <summary>One product, JSON within JSON; null when it names no price by the hour.</summary>
    private static (string Type, double Price)? Price(JsonNode? node)
    {
        try
        {
            var product = JsonNode.Parse(Text(node) ?? "null");
            var dimensions = (product?["terms"]?["OnDemand"] as JsonObject)?.Select(term => term.Value?["priceDimensions"]).OfType<JsonObject>().SelectMany(all => all);
            var hourly = dimensions?.Select(pair => pair.Value).FirstOrDefault(dimension => Text(dimension?["unit"]) == "Hrs");
            return Text(product?["product"]?["attributes"]?["instanceType"]) is { } type
                && double.TryParse(Text(hourly?["pricePerUnit"]?["USD"]), NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price > 0
                    ? (type, price)
                    : null;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
