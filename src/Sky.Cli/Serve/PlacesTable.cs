using System.Globalization;
using Sky.Cli.Catalog;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Serve;

/// <summary>The places among which replicas are placed, with prices and the one that is chosen.</summary>
internal static class PlacesTable
{
    private const int MostRows = 10;

    /// <summary>Shows it where something may be bought; machines one has cost nothing and need no table.</summary>
    /// <returns>Whether it was shown.</returns>
    public static bool Show(Screen screen, PlacesView places)
    {
        if (!places.Places.Any(place => place.Bought))
        {
            return false;
        }

        // Zones of one region differ in nothing that a person chooses by.
        var rows = places.Places.GroupBy(place => (place.Cloud, place.Region, place.InstanceType, place.UseSpot, place.Accelerators, place.Candidate)).ToList();
        var table = new TextTable("INFRA", "INSTANCE", "vCPUs", "Mem(GB)", "GPUS", "COST ($)", "CHOSEN");
        foreach (var row in rows.Take(MostRows))
        {
            table.Add(Cells(row.First(), [.. row.Select(place => place.Zone).OfType<string>().Distinct()], row.Any(place => place.Chosen)));
        }

        foreach (var line in table.Lines(screen))
        {
            screen.Line(line);
        }

        if (rows.Count > MostRows)
        {
            screen.Line($"... and {rows.Count - MostRows} more.");
        }

        screen.Line(PriceText.Legend);
        return true;
    }

    /// <summary>Such as <c>aws/us-east-1 (a,b,d)</c>.</summary>
    public static string Infra(PlaceView place, IReadOnlyList<string> zones)
    {
        var where = string.Join('/', new[] { place.Cloud, place.Region }.OfType<string>());
        var shown = zones.Select(zone => place.Region is { } region && zone.StartsWith(region, StringComparison.Ordinal) ? zone[region.Length..] : zone);
        return zones.Count == 0 ? where : $"{where} ({string.Join(',', shown)})";
    }

    /// <summary>The price by the hour with its mark; 0 for a machine one has.</summary>
    public static string Cost(PlaceView place) => !place.Bought
        ? "0"
        : place.Price is { } price ? PriceText.Of(price) : place.HourlyCost?.ToString("0.####", CultureInfo.InvariantCulture) ?? "?";

    private static Cell[] Cells(PlaceView place, IReadOnlyList<string> zones, bool chosen) =>
    [
        Infra(place, zones),
        place.InstanceType + (place.UseSpot ? "[spot]" : ""),
        Number(place.Cpus),
        Number(place.Memory),
        place.Accelerators ?? "-",
        Cost(place),
        chosen ? new Cell("✔", Colors.Green) : "",
    ];

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";
}
