namespace Sky.Providers.Clouds.Sim;

/// <summary>A zone of the simulated cloud.</summary>
public sealed record SimZone
{
    public required string Name { get; init; }

    public required string Region { get; init; }

    /// <summary>Spot nodes that can be held at once; null: as many as asked. A trace is asked first.</summary>
    public int? SpotCapacity { get; init; }

    /// <summary>On-demand nodes that can be held at once; null: as many as asked.</summary>
    public int? OnDemandCapacity { get; init; }

    /// <summary>A file of <c>{"metadata": {"gap_seconds": S}, "data": [n, …]}</c>, beside the settings: how many spot nodes can be held, gap by gap; it begins anew at its end.</summary>
    public string? Trace { get; init; }

    /// <summary>What spot prices of the types are multiplied with here.</summary>
    public double? PriceFactor { get; init; }
}
