using System.Globalization;

namespace Sky.Core.Catalog;

/// <summary>
/// The form a catalog is kept in: one line a fact, fields between tabs, so that a person can read it and it packs small.
/// <c>part NAME DATE SOURCE</c>, <c>type NAME CPUS MEMORY ARCHITECTURE ACCELERATOR COUNT MEMORY MARKETS</c>, and below each type
/// <c>offer REGION ZONES ON-DEMAND SPOT</c>. A zone <c>+a</c> begins with its region's name; a price is <c>DOLLARS@DATE</c>; <c>-</c> stands for nothing.
/// </summary>
public static class CatalogText
{
    private const string First = "skyswarm catalog 1";
    private const string None = "-";

    /// <exception cref="FormatException">It is not a catalog; the message names the line.</exception>
    public static CloudCatalog Read(TextReader text)
    {
        var reader = new CatalogLines();
        var number = 1;
        if (text.ReadLine() != First)
        {
            throw new FormatException($"line 1: this is no catalog that this build reads; it begins with '{First}'");
        }

        while (text.ReadLine() is { } line)
        {
            number++;
            try
            {
                reader.Take(line.Split('\t'));
            }
            catch (Exception wrong) when (wrong is FormatException or IndexOutOfRangeException or OverflowException or ArgumentException)
            {
                throw new FormatException($"line {number} of the catalog cannot be read: {line}", wrong);
            }
        }

        return reader.Catalog() ?? throw new FormatException("the catalog names no cloud");
    }

    /// <summary>Writes it in an order that depends on nothing but its content.</summary>
    public static void Write(CloudCatalog catalog, TextWriter text)
    {
        text.NewLine = "\n";
        text.WriteLine(First);
        Line("cloud", catalog.Cloud);
        foreach (var part in catalog.Parts.OrderBy(part => part.Name, StringComparer.Ordinal))
        {
            Line("part", part.Name, part.Date is { } date ? Day(date) : None, part.Source);
        }

        var offers = catalog.Offers.ToLookup(offer => offer.Type);
        foreach (var type in catalog.Types.Values.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            Line(
                "type", type.Name, Number(type.Cpus), Number(type.Memory), type.Architecture, type.Accelerator ?? None, Number(type.AcceleratorCount),
                type.AcceleratorMemory is { } memory ? Number(memory) : None, Markets(type));
            foreach (var offer in offers[type.Name].OrderBy(offer => offer.Region, StringComparer.Ordinal))
            {
                Line("offer", offer.Region, Words(offer.Zones.Select(zone => Short(zone, offer.Region))), Money(offer.OnDemand), Words(Spots(offer)));
            }
        }

        void Line(params string[] fields) => text.WriteLine(string.Join('\t', fields));
    }

    private static IEnumerable<string> Spots(RegionOffer offer) =>
        from pair in offer.Spot
        orderby pair.Key
        select (pair.Key.Length == 0 ? "" : Short(pair.Key, offer.Region) + "=") + Money(pair.Value);

    private static string Markets(InstanceType type) => (type.OnDemand, type.Spot) switch
    {
        (true, true) => "on-demand,spot",
        (true, false) => "on-demand",
        (false, true) => "spot",
        _ => None,
    };

    private static string Short(string zone, string region) => zone.StartsWith(region, StringComparison.Ordinal) ? $"+{zone[region.Length..]}" : zone;

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.DefaultIfEmpty(None));

    private static string Money(CatalogPrice price) =>
        price is { Status: PriceStatus.Recorded, Hourly: { } hourly, Date: { } date } ? $"{Number(hourly)}@{Day(date)}" : None;

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
