namespace Sky.Controller.Api;

/// <summary>One version in <c>GET /api/v1/services/{name}/traffic</c>.</summary>
public sealed record TrafficArmView
{
    public required int Version { get; init; }

    /// <summary>Percent of the requests that are meant for it.</summary>
    public required int Weight { get; init; }

    /// <summary>Percent of the requests that gateways give it now.</summary>
    public required int InForce { get; init; }

    /// <summary>Percent of the requests that are copied to it.</summary>
    public int Mirrored { get; init; }

    public required int ReadyReplicas { get; init; }

    public required int TotalReplicas { get; init; }

    /// <summary><c>SERVING</c>, <c>STARTING</c> (it waits for the replicas for its share), <c>LEAVING</c>, <c>MIRROR</c>, <c>FAILED</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it failed, or what it waits for.</summary>
    public string? Reason { get; init; }
}
