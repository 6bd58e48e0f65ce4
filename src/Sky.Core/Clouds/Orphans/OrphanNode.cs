namespace Sky.Core.Clouds.Orphans;

/// <summary>A node that its cloud lists and no purchase knows, as stored. All times are UTC.</summary>
public sealed record OrphanNode
{
    public required string Cloud { get; init; }

    public required string Node { get; init; }

    /// <summary>The other owner that it bears, of whom a person has taken it over; null: it bears ours.</summary>
    public string? Owner { get; init; }

    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    public string? Address { get; init; }

    /// <summary>Since when every listing has had it.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required OrphanState State { get; init; }

    /// <summary>Why its cloud could not be asked to remove it; null: it could.</summary>
    public string? Reason { get; init; }
}
