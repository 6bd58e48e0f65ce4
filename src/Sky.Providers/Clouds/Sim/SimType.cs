namespace Sky.Providers.Clouds.Sim;

/// <summary>An instance type of the simulated cloud.</summary>
public sealed record SimType
{
    public required string Name { get; init; }

    public double Cpus { get; init; }

    /// <summary>In GB (2^30 bytes).</summary>
    public double Memory { get; init; }

    /// <summary>Such as <c>L4</c>; null for none.</summary>
    public string? Accelerator { get; init; }

    public double AcceleratorCount { get; init; }

    /// <summary>US dollars an hour.</summary>
    public double OnDemandPrice { get; init; }

    /// <summary>US dollars an hour, where a zone names no price of its own.</summary>
    public double SpotPrice { get; init; }
}
