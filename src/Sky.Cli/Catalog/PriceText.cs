using System.Globalization;
using System.Text.Json;
using Sky.Core.Catalog;

namespace Sky.Cli.Catalog;

/// <summary>Prices for people and for programs, never without how they are known.</summary>
internal static class PriceText
{
    public const string Legend = "~ estimated from another place's price, ≤ at most that (spot is never dearer than on demand), ? not known.";

    // Below it four digits after the point would hide the price.
    private const double Small = 0.01;

    /// <summary>Such as <c>1.006</c>, <c>~1.006</c>, <c>≤1.006</c>, <c>?</c>; <c>-</c> for what is not sold so.</summary>
    public static string Of(CatalogPrice? price) => price switch
    {
        null => "-",
        { Hourly: { } hourly } => Mark(price.Status) + hourly.ToString(hourly < Small ? "0.######" : "0.####", CultureInfo.InvariantCulture),
        _ => "?",
    };

    /// <summary>The day a price is from.</summary>
    public static string Day(CatalogPrice? price) => price?.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    public static void Write(Utf8JsonWriter json, CatalogPrice price)
    {
        if (price.Hourly is { } hourly)
        {
            json.WriteNumber("usdPerHour", hourly);
        }
        else
        {
            json.WriteNull("usdPerHour");
        }

        json.WriteString("status", price.Status switch
        {
            PriceStatus.Recorded => "recorded",
            PriceStatus.Estimated => "estimated",
            PriceStatus.AtMost => "at_most",
            _ => "unknown",
        });
        json.WriteString("date", price.Date is null ? null : Day(price));
        json.WriteString("source", price.Source);
    }

    private static string Mark(PriceStatus status) => status switch
    {
        PriceStatus.Estimated => "~",
        PriceStatus.AtMost => "≤",
        _ => "",
    };
}
