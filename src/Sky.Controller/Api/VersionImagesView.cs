using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>The images of one version.</summary>
public sealed record VersionImagesView
{
    public required int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>As in <see cref="VersionView.Status"/>.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<VersionImageView> Images { get; init; }

    /// <summary>What the file asked for; null: nothing.</summary>
    public ScanSpec? Policy { get; init; }

    /// <summary>What was found when the version was made, one report an image.</summary>
    public IReadOnlyList<ScanReport> Scans { get; init; } = [];
}
