using Sky.Core.Catalog;

namespace Sky.Core.Placement;

/// <summary>
/// How far regions are from each other, from where their clouds say they are: the city, or the middle of the state. A way of 100 km is about a
/// millisecond there and back through glass.
/// </summary>
public static class RegionMap
{
    /// <summary>About as far as makes a difference of five milliseconds; nearer than that counts as equally near.</summary>
    public const double StepKilometres = 500;

    private const double EarthRadiusKilometres = 6371;
    private const int Unknown = int.MaxValue;

    private static readonly Lazy<Dictionary<string, (double Latitude, double Longitude)>> _places = new(Read);

    /// <summary>Whether it is known where the region is.</summary>
    /// <param name="region">Such as <c>aws/eu-central-1</c>.</param>
    public static bool Knows(string region) => _places.Value.ContainsKey(region);

    /// <summary>Along the ground; null when it is not known where one of them is.</summary>
    public static double? Kilometres(string from, string to)
    {
        if (!_places.Value.TryGetValue(from, out var a) || !_places.Value.TryGetValue(to, out var b))
        {
            return null;
        }

        // The haversine formula.
        var (latitude, longitude) = (Radians(b.Latitude - a.Latitude) / 2, Radians(b.Longitude - a.Longitude) / 2);
        var h = Math.Pow(Math.Sin(latitude), 2) + Math.Cos(Radians(a.Latitude)) * Math.Cos(Radians(b.Latitude)) * Math.Pow(Math.Sin(longitude), 2);
        return 2 * EarthRadiusKilometres * Math.Asin(Math.Min(1, Math.Sqrt(h)));

        static double Radians(double degrees) => degrees * Math.PI / 180;
    }

    /// <summary>How many steps of <see cref="StepKilometres"/> a place is away; 0 for one's own machine, the most where that is not known.</summary>
    internal static int Steps(string? near, Offering offering) => offering.Owned
        ? 0
        : near is not null && Kilometres(near, $"{offering.Cloud}/{offering.Region}") is { } way ? (int)(way / StepKilometres) : Unknown;

    private static Dictionary<string, (double, double)> Read()
    {
        var places = new Dictionary<string, (double, double)>(StringComparer.OrdinalIgnoreCase);
        using var text = new StreamReader(typeof(RegionMap).Assembly.GetManifestResourceStream("placement/regions")!);
        while (text.ReadLine() is { } line)
        {
            if (line.Split(',') is [var region, var latitude, var longitude] && region != "region")
            {
                places.Add(region, (Number(latitude), Number(longitude)));
            }
        }

        return places;

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
