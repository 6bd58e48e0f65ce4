namespace Sky.Controller.Api;

/// <summary>Answer of <c>POST /api/v1/places</c>.</summary>
public sealed record PlacesView
{
    /// <summary>Places that fit, best first; those of the same type, region and market side by side.</summary>
    public required IReadOnlyList<PlaceView> Places { get; init; }

    /// <summary>Why there is none; null where there is one.</summary>
    public string? Reason { get; init; }
}
