namespace Sky.Core.Specs;

/// <summary>The candidates a replica may be placed on; at least one.</summary>
public sealed record ResourcesSpec
{
    public required IReadOnlyList<ResourceCandidate> Candidates { get; init; }

    /// <summary>True: tried in this order (<c>ordered</c>, a list of accelerators). False: the cheapest first.</summary>
    public bool Ordered { get; init; }
}
