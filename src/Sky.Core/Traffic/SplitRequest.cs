namespace Sky.Core.Traffic;

/// <summary>What a user asks of a division. What is null stays as it is.</summary>
public sealed record SplitRequest
{
    public IReadOnlyList<VersionWeight>? Weights { get; init; }

    public StickyRule? Sticky { get; init; }

    /// <summary>Null: as it is, but for an end of the division.</summary>
    public MirrorTarget? Mirror { get; init; }

    /// <summary>Nothing is mirrored any more.</summary>
    public bool NoMirror { get; init; }
}
