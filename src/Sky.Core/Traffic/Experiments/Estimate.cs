namespace Sky.Core.Traffic.Experiments;

/// <summary>A value as it was seen, and the range that holds the true one; an end that is null is open.</summary>
public sealed record Estimate
{
    /// <summary>Null: nothing was seen.</summary>
    public double? Value { get; init; }

    public double? Low { get; init; }

    public double? High { get; init; }
}
