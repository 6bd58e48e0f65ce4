namespace Sky.Core.Specs;

/// <summary>What tokens cost, per million of them.</summary>
public sealed record PriceSpec
{
    public decimal Input { get; init; }

    /// <summary>Prompt tokens that the replica's cache held; null: as much as <see cref="Input"/>.</summary>
    public decimal? CachedInput { get; init; }

    public decimal Output { get; init; }

    /// <summary>Shown beside amounts, never converted.</summary>
    public string Currency { get; init; } = "USD";
}
