namespace Sky.Core.Catalog;

/// <summary>The hardware of one of a cloud's instance types.</summary>
public sealed record InstanceType
{
    public const string X86 = "x86_64";
    public const string Arm = "arm64";

    public required string Name { get; init; }

    public required double Cpus { get; init; }

    /// <summary>In GB (2^30 bytes).</summary>
    public required double Memory { get; init; }

    /// <summary><see cref="X86"/> or <see cref="Arm"/>.</summary>
    public string Architecture { get; init; } = X86;

    /// <summary>Such as <c>A100-80GB</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    /// <summary>A fraction for a part of one.</summary>
    public double AcceleratorCount { get; init; }

    /// <summary>Of each, or of the part, in GB (2^30 bytes); null when there is none or it is not known.</summary>
    public double? AcceleratorMemory { get; init; }

    /// <summary>It is sold by the hour; a few types are only sold in blocks.</summary>
    public bool OnDemand { get; init; } = true;

    /// <summary>It is sold as spot.</summary>
    public bool Spot { get; init; }
}
