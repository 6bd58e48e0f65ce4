namespace Sky.Controller.Api;

/// <summary>Answer of <c>POST /api/v1/clusters/orphans</c>.</summary>
public sealed record AdoptedOrphansView
{
    /// <summary>How many nodes are removed or kept from now on.</summary>
    public required int Nodes { get; init; }

    /// <summary>Clouds that could not be asked, with the reasons.</summary>
    public required IReadOnlyDictionary<string, string> Problems { get; init; }
}
