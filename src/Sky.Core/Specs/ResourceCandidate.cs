namespace Sky.Core.Specs;

/// <summary>One acceptable kind of node.</summary>
public sealed record ResourceCandidate
{
    /// <summary>Lower case; null for any.</summary>
    public string? Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>As written apart from case, such as <c>A100-80GB</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    public double AcceleratorCount { get; init; }

    public ResourceAmount? Cpus { get; init; }

    /// <summary>In GB.</summary>
    public ResourceAmount? Memory { get; init; }

    /// <summary>In GB; null for the cloud's default.</summary>
    public int? DiskSize { get; init; }

    public string? DiskTier { get; init; }

    public string? NetworkTier { get; init; }

    public string? InstanceType { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>US dollars.</summary>
    public double? MaxHourlyCost { get; init; }

    /// <summary>As written: <c>docker:REFERENCE</c>, or the name of a machine's image.</summary>
    public string? ImageId { get; init; }

    /// <summary>The bytes that a container image of <see cref="ImageId"/> had when the version was made; see <see cref="ImageSpec.Pinned"/>.</summary>
    public string? PinnedImage { get; init; }

    /// <summary>Sorted and merged.</summary>
    public IReadOnlyList<PortRange> Ports { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
