using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Planning;

namespace Sky.Controller.Api;

/// <summary>A place that fits what a file asks for.</summary>
public sealed record PlaceView
{
    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>The cloud's instance type; for a machine one has its name.</summary>
    public required string InstanceType { get; init; }

    public double? Cpus { get; init; }

    /// <summary>In GB.</summary>
    public double? Memory { get; init; }

    /// <summary>Such as <c>A100:4</c>; null for none.</summary>
    public string? Accelerators { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>A node is bought for each replica; else a part of a machine one has is taken.</summary>
    public bool Bought { get; init; }

    /// <summary>US dollars; null when it is not known.</summary>
    public double? HourlyCost { get; init; }

    /// <summary>How the price is known; null for a machine one has.</summary>
    public CatalogPrice? Price { get; init; }

    /// <summary>Which of the file's candidates it satisfies, from 1.</summary>
    public required int Candidate { get; init; }

    /// <summary>Until when it is kept away from; null: it may be tried.</summary>
    public DateTimeOffset? AvoidedUntil { get; init; }

    /// <summary>Why it is kept away from; null: it is not.</summary>
    public PlaceTrouble? Avoided { get; init; }

    /// <summary>The next replica would stand here.</summary>
    public bool Chosen { get; init; }

    /// <param name="choice">The place.</param>
    /// <param name="chosen">Whether the next replica would stand there.</param>
    /// <param name="memory">Places that were not to be had.</param>
    /// <param name="now">The present time.</param>
    public static PlaceView Of(PlacementChoice choice, bool chosen, PlaceMemory memory, DateTimeOffset now)
    {
        var avoided = choice.Placement.Bought ? memory.Avoided(choice.Placement, now) : null;
        return Of(choice, chosen) with { Avoided = avoided?.Trouble, AvoidedUntil = avoided?.Until };
    }

    public static PlaceView Of(PlacementChoice choice, bool chosen) => new()
    {
        Cloud = choice.Placement.Cloud,
        Region = choice.Placement.Region,
        Zone = choice.Placement.Zone,
        InstanceType = choice.Placement.InstanceType ?? choice.Placement.Node,
        Cpus = choice.Offering?.Cpus,
        Memory = choice.Offering?.Memory,
        Accelerators = choice.Placement.Accelerators,
        UseSpot = choice.Placement.UseSpot,
        Bought = choice.Placement.Bought,
        HourlyCost = choice.Placement.HourlyCost,
        Price = choice.Offering?.Price,
        Candidate = choice.Candidate + 1,
        Chosen = chosen,
    };
}
