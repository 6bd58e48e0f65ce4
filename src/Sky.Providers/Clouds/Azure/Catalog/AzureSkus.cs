using System.Text.Json;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Azure.Catalog;

/// <summary>Hardware, regions and zones from Azure's list of sizes (Resource SKUs), as far as the subscription may use them.</summary>
internal sealed class AzureSkus(PagedJson json, AzureAccess access, TimeProvider time)
{
    private const string Machines = "virtualMachines";

    public CatalogStep Step => new("Azure's sizes, regions and zones", RunAsync);

    private async Task<CloudCatalog> RunAsync(CloudCatalog before, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        var address = await access.SkusAsync(json, cancellationToken);
        var types = new Dictionary<string, InstanceType>(before.Types, StringComparer.Ordinal);
        var found = new Dictionary<(string Type, string Region), IReadOnlyList<string>>();
        var pages = 0;
        await foreach (var page in json.PagesAsync(address, "nextLink", access.TokenAsync, cancellationToken))
        {
            foreach (var sku in page.GetProperty("value").EnumerateArray().Where(sku => sku.GetProperty("resourceType").GetString() == Machines))
            {
                if (AzureSizes.Of(sku, types.GetValueOrDefault(sku.GetProperty("name").GetString()!)) is { } type)
                {
                    types[type.Name] = type;
                    foreach (var (region, zones) in Places(sku))
                    {
                        found[(type.Name, region)] = zones;
                    }
                }
            }

            progress.Done(++pages, 0);
        }

        if (found.Count == 0)
        {
            throw new CatalogException("Azure names no size that the catalog keeps: does the subscription hold the provider Microsoft.Compute?");
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var known = before.Offers.ToDictionary(offer => (offer.Type, offer.Region));
        return (before with
        {
            Types = types,
            Offers =
            [
                .. from pair in found
                   orderby pair.Key.Type, pair.Key.Region
                   select (known.GetValueOrDefault(pair.Key) ?? new RegionOffer { Type = pair.Key.Type, Region = pair.Key.Region }) with { Zones = pair.Value },
            ],
        })
        .With(new CatalogPart(CatalogPart.Hardware, today, "Azure Resource SKUs"))
        .With(new CatalogPart(CatalogPart.Offers, today, "Azure Resource SKUs"));
    }

    /// <summary>The regions that have the size and that the subscription may use it in, with their zones.</summary>
    private static IEnumerable<(string Region, IReadOnlyList<string> Zones)> Places(JsonElement sku)
    {
        var barred = List(sku, "restrictions").ToList();
        var closed = barred.Where(one => Text(one, "type") == "Location").SelectMany(one => List(one, "values")).Select(value => value.GetString()!.ToLowerInvariant()).ToHashSet();
        var closedZones = barred.Where(one => Text(one, "type") == "Zone" && one.TryGetProperty("restrictionInfo", out _))
            .SelectMany(one => List(one.GetProperty("restrictionInfo"), "zones")).Select(zone => zone.GetString()!).ToHashSet();
        foreach (var info in List(sku, "locationInfo"))
        {
            var region = Text(info, "location")!.ToLowerInvariant();
            if (!closed.Contains(region))
            {
                yield return (region, [.. List(info, "zones").Select(zone => zone.GetString()!).Where(zone => !closedZones.Contains(zone)).Order(StringComparer.Ordinal)]);
            }
        }
    }

    private static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() : null;
}
