using Sky.Core.Clouds.Launching;

namespace Sky.Core.Placement;

/// <summary>A place was not to be had.</summary>
public sealed record PlaceObservation
{
    public required DateTimeOffset At { get; init; }

    public required PlaceTrouble Trouble { get; init; }

    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    public required string InstanceType { get; init; }

    /// <summary>Without its number, such as <c>A100</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>A node was refused. A failure that says nothing of the place still did not give a node there.</summary>
    public static PlaceObservation Of(NodeLaunch refused)
    {
        var offering = refused.Request.Offering;
        return new PlaceObservation
        {
            At = refused.ChangedAt,
            Trouble = (refused.Failure is { } failure ? PlaceMemory.TroubleOf(failure) : null) ?? PlaceTrouble.NoCapacity,
            Cloud = offering.Cloud,
            Region = offering.Region,
            Zone = offering.Zone,
            InstanceType = offering.InstanceType,
            Accelerator = offering.Accelerator,
            UseSpot = offering.UseSpot,
        };
    }

    public static PlaceObservation Of(ReplicaPlacement place, PlaceTrouble trouble, DateTimeOffset at) => new()
    {
        At = at,
        Trouble = trouble,
        Cloud = place.Cloud,
        Region = place.Region,
        Zone = place.Zone,
        InstanceType = place.InstanceType ?? place.Node,
        Accelerator = place.Accelerators?.Split(':')[0],
        UseSpot = place.UseSpot,
    };
}
