namespace Sky.Core.Services;

/// <summary>A replica as <c>sky serve status</c> and the API show it.</summary>
public sealed record ReplicaView
{
    public required int Id { get; init; }

    public required int Version { get; init; }

    public required ReplicaStatus Status { get; init; }

    public string? Endpoint { get; init; }

    public required string Cloud { get; init; }

    public required string Node { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>The cloud's, where a node is bought for it.</summary>
    public string? InstanceType { get; init; }

    /// <summary>Its node may be taken away.</summary>
    public bool UseSpot { get; init; }

    /// <summary>US dollars; null when it is not known.</summary>
    public double? HourlyCost { get; init; }

    public DateTimeOffset? LaunchedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>Such as <c>1x(cpus=2, mem=4)</c>.</summary>
    public string? Resources { get; init; }

    public ReplicaExit? Exit { get; init; }

    public int InFlight { get; init; }

    /// <summary>While it drains: when what it still has is cut. Null: it does not drain.</summary>
    public DateTimeOffset? DrainUntil { get; init; }
}
