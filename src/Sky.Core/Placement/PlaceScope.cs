namespace Sky.Core.Placement;

/// <summary>All places that one observation speaks of: what is null is any.</summary>
internal readonly record struct PlaceScope(PlaceTrouble Trouble, string Cloud, string? Region = null, string? Zone = null, string? Kind = null, bool? UseSpot = null)
{
    // Kinds of accelerators and types of instances have names of their own; a quota of machines without accelerators is one for all of them.
    private const string NoAccelerator = "-";

    /// <summary>
    /// How far each trouble reaches: capacity, price and preemption the type in its zone and market; a quota everything with that accelerator
    /// in the region and market; a refused request the type in the region; a silent interface the region; a refused identity the whole cloud.
    /// </summary>
    public static PlaceScope Of(PlaceTrouble trouble, string cloud, string? region, string? zone, string type, string? accelerator, bool useSpot) => trouble switch
    {
        PlaceTrouble.NoCapacity or PlaceTrouble.Price or PlaceTrouble.Preempted => new(trouble, cloud, region, zone, type, useSpot),
        PlaceTrouble.Quota => new(trouble, cloud, region, null, accelerator ?? NoAccelerator, useSpot),
        PlaceTrouble.Invalid => new(trouble, cloud, region, null, type),
        PlaceTrouble.Unavailable => new(trouble, cloud, region),
        _ => new(trouble, cloud),
    };
}
