using Sky.Core.Images.Scanning;

namespace Sky.Core.Specs;

/// <summary>What an image must be free of for a version that runs it to be accepted.</summary>
public sealed record ScanSpec
{
    public required Scanner Scanner { get; init; }

    /// <summary>Findings of this severity and above refuse the image.</summary>
    public Severity FailOn { get; init; } = Severity.Critical;

    /// <summary>Findings that no released version mends do not refuse it.</summary>
    public bool IgnoreUnfixed { get; init; }

    public IReadOnlyList<IgnoredFinding> Ignore { get; init; } = [];
}
