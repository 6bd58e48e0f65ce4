namespace Sky.Core.Clouds.Orphans;

/// <summary>What a store knows of its own life, kept in it.</summary>
public sealed record StoreLife
{
    /// <summary>How many controllers have run on it.</summary>
    public required long Runs { get; init; }

    /// <summary>When one last did.</summary>
    public required DateTimeOffset AliveAt { get; init; }

    /// <summary>Until when nothing is removed that it does not know.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>Why, in a part of a sentence.</summary>
    public string? QuietBecause { get; init; }
}
