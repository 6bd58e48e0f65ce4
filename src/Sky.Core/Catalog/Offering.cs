using Sky.Core.Engines;

namespace Sky.Core.Catalog;

/// <summary>Something that can be bought, or that one has: an instance type in a place at a price.</summary>
public sealed record Offering
{
    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>The cloud's instance type; for a machine one has its host name.</summary>
    public required string InstanceType { get; init; }

    /// <summary>The engine's own id of the node; null where the engine has only one.</summary>
    public string? NodeId { get; init; }

    public required double Cpus { get; init; }

    /// <summary>In GB (2^30 bytes).</summary>
    public required double Memory { get; init; }

    /// <summary>Such as <c>A100-80GB</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    public double AcceleratorCount { get; init; }

    /// <summary>Of each accelerator, or of the part of one, in GB (2^30 bytes); null when it is not known.</summary>
    public double? AcceleratorMemory { get; init; }

    /// <summary>Of its processors: <c>x86_64</c>, <c>arm64</c>; null when it is not known.</summary>
    public string? Architecture { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>True for a machine one already has: a replica takes a part of it and pays nothing. False: a whole node is bought for it.</summary>
    public bool Owned { get; init; }

    /// <summary>True: it is taken only where a file names its region.</summary>
    public bool OnlyByName { get; init; }

    /// <summary>Who runs replicas there: the name of an engine.</summary>
    public string Engine { get; init; } = EngineName.Process;

    /// <summary>US dollars; null when unknown, 0 for a machine one has.</summary>
    public double? HourlyCost { get; init; }

    /// <summary>How that is known; null for a machine one has.</summary>
    public CatalogPrice? Price { get; init; }
}
