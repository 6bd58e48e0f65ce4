using System.Text.Json;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Azure.Catalog;

/// <summary>Prices on demand and of spot from Azure's retail prices, which anybody may ask: Linux, by the hour, in US dollars.</summary>
/// <param name="json">Asks.</param>
/// <param name="prices">The server.</param>
/// <param name="time">The date of what is found.</param>
internal sealed class AzureRetailPrices(PagedJson json, Uri prices, TimeProvider time)
{
    private const string Source = "Azure retail prices";

    // All machines are some hundred thousand prices; one size is one page, and some dozen sizes a question still fit an address.
    private const int SizesAtOnce = 12;

    public CatalogStep Step => new("Azure's retail prices", RunAsync);

    private async Task<CloudCatalog> RunAsync(CloudCatalog before, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var found = new Dictionary<(string Type, string Region), (double? OnDemand, double? Spot)>();
        var sizes = before.Types.Keys.Order(StringComparer.Ordinal).Chunk(SizesAtOnce).ToList();
        progress.Done(0, sizes.Count);
        for (var i = 0; i < sizes.Count; i++)
        {
            await foreach (var page in json.PagesAsync(Address(sizes[i]), "NextPageLink", null, cancellationToken))
            {
                foreach (var item in page.GetProperty("Items").EnumerateArray().Where(IsByTheHour))
                {
                    Add(found, item);
                }
            }

            progress.Done(i + 1, sizes.Count);
        }

        if (found.Count == 0)
        {
            throw new CatalogException("Azure's retail prices name none of the catalog's sizes.");
        }

        // Where sizes were never listed by the subscription, a region with a price is a region that has the size.
        var offers = before.Offers.ToDictionary(offer => (offer.Type, offer.Region));
        if (before.Part(CatalogPart.Offers)?.Source is not "Azure Resource SKUs")
        {
            foreach (var key in found.Keys.Where(key => !offers.ContainsKey(key)))
            {
                offers.Add(key, new RegionOffer { Type = key.Type, Region = key.Region });
            }
        }

        return (before with { Offers = [.. offers.OrderBy(pair => pair.Key).Select(pair => Priced(pair.Value, found.GetValueOrDefault(pair.Key), today))] })
            .With(new CatalogPart(CatalogPart.OnDemand, today, Source))
            .With(new CatalogPart(CatalogPart.Spot, today, Source));
    }

    private Uri Address(IEnumerable<string> sizes)
    {
        var any = string.Join(" or ", sizes.Select(size => $"armSkuName eq '{size}'"));
        return new(prices, $"api/retail/prices?$filter={Uri.EscapeDataString($"serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and ({any})")}");
    }

    private static bool IsByTheHour(JsonElement item) =>
        Text(item, "unitOfMeasure") == "1 Hour" && Text(item, "currencyCode") is null or "USD" && Text(item, "type") is null or "Consumption"
        && !Text(item, "productName")!.Contains("Windows", StringComparison.OrdinalIgnoreCase)
        && !Text(item, "productName")!.Contains("CloudServices", StringComparison.OrdinalIgnoreCase)
        && !Text(item, "skuName")!.Contains("Low Priority", StringComparison.OrdinalIgnoreCase)
        && item.GetProperty("retailPrice").GetDouble() > 0;

    private static void Add(Dictionary<(string, string), (double? OnDemand, double? Spot)> found, JsonElement item)
    {
        var key = (Text(item, "armSkuName")!, Text(item, "armRegionName")!.ToLowerInvariant());
        var price = item.GetProperty("retailPrice").GetDouble();
        var known = found.GetValueOrDefault(key);
        found[key] = Text(item, "skuName")!.EndsWith("Spot", StringComparison.OrdinalIgnoreCase)
            ? known with { Spot = Lower(known.Spot, price) }
            : known with { OnDemand = Lower(known.OnDemand, price) };
    }

    private static double Lower(double? known, double price) => known is { } other && other < price ? other : price;

    private static RegionOffer Priced(RegionOffer offer, (double? OnDemand, double? Spot) price, DateOnly today) => offer with
    {
        OnDemand = price.OnDemand is { } onDemand ? CatalogPrice.Recorded(onDemand, today, Source) : offer.OnDemand,
        Spot = price.Spot is { } spot ? new Dictionary<string, CatalogPrice> { [""] = CatalogPrice.Recorded(spot, today, Source) } : offer.Spot,
    };

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() : null;
}
