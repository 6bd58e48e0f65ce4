namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/clusters/orphans</c>.</summary>
public sealed record AdoptOrphansRequest
{
    /// <summary>Whose nodes; null: ours.</summary>
    public string? Owner { get; init; }

    /// <summary>They stay, and are reported; else they are removed.</summary>
    public bool Keep { get; init; }
}
