namespace Sky.Controller.Api;

/// <summary>A node that bears an owner and that no row knows.</summary>
public sealed record OrphanView
{
    public required string Cloud { get; init; }

    public required string Node { get; init; }

    /// <summary>The owner that it bears.</summary>
    public required string Owner { get; init; }

    /// <summary>What its cloud calls it.</summary>
    public string? Name { get; init; }

    public string? Address { get; init; }

    /// <summary>Since when it is known as an orphan.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary><c>seen</c>, <c>removing</c> or <c>kept</c>.</summary>
    public required string State { get; init; }

    /// <summary>When it will be removed by itself; null: it will not.</summary>
    public DateTimeOffset? GoesAt { get; init; }

    /// <summary>Why it could not be removed yet.</summary>
    public string? Reason { get; init; }
}
