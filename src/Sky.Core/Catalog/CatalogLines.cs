using System.Globalization;

namespace Sky.Core.Catalog;

/// <summary>Puts a catalog together from the lines of its text.</summary>
internal sealed class CatalogLines
{
    private readonly List<CatalogPart> _parts = [];
    private readonly Dictionary<string, InstanceType> _types = new(StringComparer.Ordinal);
    private readonly List<RegionOffer> _offers = [];

    // The few regions, zones and lists of zones come again in each of thousands of lines.
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Region, string Zones), string[]> _zones = [];
    private readonly Dictionary<string, DateOnly> _dates = new(StringComparer.Ordinal);
    private string? _cloud;
    private string _type = "";

    public CloudCatalog? Catalog() => _cloud is null ? null : new CloudCatalog { Cloud = _cloud, Parts = _parts, Types = _types, Offers = _offers };

    public void Take(string[] fields)
    {
        switch (fields[0])
        {
            case "cloud":
                _cloud = fields[1];
                break;
            case "part":
                _parts.Add(new CatalogPart(fields[1], fields[2] == "-" ? null : Day(fields[2]), fields[3]));
                break;
            case "type":
                _type = fields[1];
                _types.Add(_type, Type(fields));
                break;
            case "offer":
                _offers.Add(Offer(fields));
                break;
            default:
                // A later build may say more; what it says more is not needed here.
                break;
        }
    }

    private static InstanceType Type(string[] fields)
    {
        var markets = fields[8].Split(',');
        return new InstanceType
        {
            Name = fields[1],
            Cpus = Number(fields[2]),
            Memory = Number(fields[3]),
            Architecture = fields[4],
            Accelerator = fields[5] == "-" ? null : fields[5],
            AcceleratorCount = Number(fields[6]),
            AcceleratorMemory = fields[7] == "-" ? null : Number(fields[7]),
            OnDemand = markets.Contains("on-demand"),
            Spot = markets.Contains("spot"),
        };
    }

    private RegionOffer Offer(string[] fields)
    {
        var region = Same(fields[1]);
        return new RegionOffer
        {
            Type = _type,
            Region = region,
            Zones = Zones(region, fields[2]),
            OnDemand = fields[3] == "-" ? CatalogPrice.Unknown : Price(fields[3], CatalogPart.OnDemand),
            Spot = fields[4] == "-"
                ? new Dictionary<string, CatalogPrice>()
                : fields[4].Split(' ').Select(word => word.Split('=')).ToDictionary(
                    pair => pair.Length == 1 ? "" : Zone(region, pair[0]), pair => Price(pair[^1], CatalogPart.Spot), StringComparer.Ordinal),
        };
    }

    private string[] Zones(string region, string words)
    {
        if (words == "-")
        {
            return [];
        }

        if (!_zones.TryGetValue((region, words), out var zones))
        {
            _zones.Add((region, words), zones = Array.ConvertAll(words.Split(' '), word => Zone(region, word)));
        }

        return zones;
    }

    private string Zone(string region, string word) => Same(word.StartsWith('+') ? region + word[1..] : word);

    private CatalogPrice Price(string text, string part)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var source = _parts.Find(one => one.Name == part)?.Source ?? part;
        return CatalogPrice.Recorded(Number(text[..at]), Day(text[(at + 1)..]), source);
    }

    private string Same(string word)
    {
        if (!_words.TryGetValue(word, out var same))
        {
            _words.Add(word, same = word);
        }

        return same;
    }

    private DateOnly Day(string text)
    {
        if (!_dates.TryGetValue(text, out var day))
        {
            _dates.Add(text, day = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        return day;
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
