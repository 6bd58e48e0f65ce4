using System.Text.Json.Serialization;

namespace Sky.Core.Catalog;

/// <summary>What one instance costs, and how that is known.</summary>
public sealed record CatalogPrice
{
    /// <summary>Nothing is known of it.</summary>
    public static CatalogPrice Unknown { get; } = new() { Status = PriceStatus.Unknown };

    /// <summary>US dollars an hour; null when unknown.</summary>
    public double? Hourly { get; init; }

    public required PriceStatus Status { get; init; }

    /// <summary>The day the figure is from; for an estimate that of the figure it is made from.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Who published it, or what it was made from, in a few words.</summary>
    public string? Source { get; init; }

    /// <summary>The true price is this or less, so that a limit can be kept by it.</summary>
    [JsonIgnore]
    public bool IsBound => Status is PriceStatus.Recorded or PriceStatus.AtMost;

    public static CatalogPrice Recorded(double hourly, DateOnly date, string source) =>
        new() { Hourly = hourly, Status = PriceStatus.Recorded, Date = date, Source = source };
}
