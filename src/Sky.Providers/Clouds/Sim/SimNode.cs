using Sky.Core.Catalog;

namespace Sky.Providers.Clouds.Sim;

/// <summary>A node of the simulated cloud as it keeps it.</summary>
internal sealed record SimNode
{
    public required string Id { get; init; }

    public required int Attempt { get; init; }

    public required Offering Offering { get; init; }

    public required DateTimeOffset LaunchedAt { get; init; }

    /// <summary>The owner that it bears; null: none.</summary>
    public string? Owner { get; init; }

    /// <summary>Where it is reached; null: it is a name, and what is placed there runs on this machine.</summary>
    public string? Address { get; init; }

    /// <summary>When it will be taken away, once that is announced; null: it is not.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}
