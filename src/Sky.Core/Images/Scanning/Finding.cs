namespace Sky.Core.Images.Scanning;

/// <summary>One known vulnerability of one package in an image.</summary>
public sealed record Finding
{
    /// <summary>Such as <c>CVE-2026-1234</c>.</summary>
    public required string Id { get; init; }

    public required Severity Severity { get; init; }

    public required string Package { get; init; }

    /// <summary>The version in the image; null where the scanner does not say.</summary>
    public string? Installed { get; init; }

    /// <summary>The version that mends it; null where there is none or the scanner does not say.</summary>
    public string? Fixed { get; init; }

    /// <summary>True where the scanner says that no released version mends it.</summary>
    public bool Unfixed { get; init; }

    public string? Title { get; init; }
}
