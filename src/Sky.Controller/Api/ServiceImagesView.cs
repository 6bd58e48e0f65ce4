namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/services/{name}/images</c>.</summary>
public sealed record ServiceImagesView
{
    public required string Service { get; init; }

    /// <summary>Those that run an image, oldest first.</summary>
    public required IReadOnlyList<VersionImagesView> Versions { get; init; }
}
