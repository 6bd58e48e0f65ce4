namespace Sky.Core.Images.Scanning;

/// <summary>Whether an image may run, and why not.</summary>
public sealed record ScanVerdict
{
    public bool Passed => Reasons.Count == 0;

    /// <summary>One sentence for each thing that refuses the image; empty when it may run.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Things worth knowing that do not refuse it.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
