namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/clusters/orphans</c>.</summary>
public sealed record OrphansView
{
    /// <summary>Whose they are.</summary>
    public required string Owner { get; init; }

    public required IReadOnlyList<OrphanView> Nodes { get; init; }

    /// <summary>Until when nothing is removed by itself, because the store was made or put back; null: things are.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    public string? QuietBecause { get; init; }

    /// <summary>Owners of stores that were here before this one.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Clouds that could not be asked, with the reasons.</summary>
    public IReadOnlyDictionary<string, string> Problems { get; init; } = new Dictionary<string, string>();
}
