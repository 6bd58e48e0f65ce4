namespace Sky.Core.Catalog;

/// <summary>Something that can be bought, or that one has: an instance type in a place at a price.</summary>
public sealed record Offering
{
    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>The cloud's instance type; for one's own machine its host name.</summary>
    public required string InstanceType { get; init; }

    public required double Cpus { get; init; }

    /// <summary>In GB (2^30 bytes).</summary>
    public required double Memory { get; init; }

    /// <summary>Such as <c>A100-80GB</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    public double AcceleratorCount { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>US dollars; null when unknown, 0 for one's own machine.</summary>
    public double? HourlyCost { get; init; }
}
