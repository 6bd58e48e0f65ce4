namespace Sky.Core.Catalog;

/// <summary>What one of the sources of a catalog gave, and when.</summary>
/// <param name="Name">One of <see cref="Hardware"/>, <see cref="Offers"/>, <see cref="OnDemand"/>, <see cref="Spot"/>.</param>
/// <param name="Date">The day it was asked; null when nobody wrote that down.</param>
/// <param name="Source">Who was asked, in a few words.</param>
public sealed record CatalogPart(string Name, DateOnly? Date, string Source)
{
    /// <summary>Processors, memory and accelerators of instance types.</summary>
    public const string Hardware = "hardware";

    /// <summary>Which type is in which region and zone.</summary>
    public const string Offers = "offers";

    public const string OnDemand = "on-demand";

    public const string Spot = "spot";

    public static IReadOnlyList<string> All { get; } = [Hardware, Offers, OnDemand, Spot];
}
