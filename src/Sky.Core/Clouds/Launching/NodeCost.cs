using Sky.Core.Services;

namespace Sky.Core.Clouds.Launching;

/// <summary>What the nodes of one replica (or of a cluster's managers) of one kind and place cost.</summary>
public sealed record NodeCost
{
    /// <summary>Null for managers of clusters.</summary>
    public ServiceName? Service { get; init; }

    /// <summary>Null for managers of clusters.</summary>
    public ReplicaId? Replica { get; init; }

    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    public required string InstanceType { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>Hours that were paid for.</summary>
    public required double Hours { get; init; }

    /// <summary>US dollars; null: a price is not known.</summary>
    public double? Spent { get; init; }

    /// <summary>US dollars an hour at present: 0 where nothing runs any more, null where the price is not known.</summary>
    public double? Hourly { get; init; }
}
