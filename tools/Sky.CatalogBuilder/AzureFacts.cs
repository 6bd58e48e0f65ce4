using Sky.Core.Catalog;

namespace Sky.CatalogBuilder;

/// <summary>Azure: hardware from Microsoft's size pages, prices as they were recorded. Zones and spot prices are not known.</summary>
internal static class AzureFacts
{
    private static readonly DateOnly PricesAt = new(2026, 6, 18);

    public static CloudCatalog Read(string facts, string here)
    {
        var types = Csv.Read(here, "azure-sizes.csv").Select(row => Hardware.Of(row, "size")).ToDictionary(type => type.Name, StringComparer.Ordinal);
        var prices = new CatalogPart(CatalogPart.OnDemand, PricesAt, "Azure retail prices");
        return new CloudCatalog
        {
            Cloud = "azure",
            Parts =
            [
                new CatalogPart(CatalogPart.Hardware, null, "Microsoft's size pages"),
                new CatalogPart(CatalogPart.Offers, PricesAt, "regions with a retail price"),
                prices,
            ],
            Types = types,
            Offers =
            [
                .. from row in Csv.Read(facts, "azure-on-demand.csv")
                   where types.ContainsKey(row["instance_type"])
                   select new RegionOffer
                   {
                       Type = row["instance_type"],
                       Region = row["region"],
                       OnDemand = CatalogPrice.Recorded(Hardware.Number(row["usd_per_hour"]), PricesAt, prices.Source),
                   },
            ],
        };
    }
}
