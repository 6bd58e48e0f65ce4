namespace Sky.Core.Clouds.Orphans;

/// <summary>What lies beside a store, and stays when the store is lost or put back.</summary>
public sealed record StoreMark
{
    public required string Owner { get; init; }

    /// <summary>As <see cref="StoreLife.Runs"/>.</summary>
    public required long Runs { get; init; }

    /// <summary>Owners of stores that were here before.</summary>
    public IReadOnlyList<string> Before { get; init => field = value ?? []; } = [];
}
