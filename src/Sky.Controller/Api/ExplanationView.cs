namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/services/{name}/explain</c>.</summary>
public sealed record ExplanationView
{
    public required string Service { get; init; }

    public required IReadOnlyList<ReplicaExplanationView> Replicas { get; init; }

    /// <summary>What the number of replicas follows beside requests a second, in the order of the file.</summary>
    public IReadOnlyList<MetricView> Metrics { get; init; } = [];

    /// <summary>Why no more replicas are begun, where that is so; null where nothing waits.</summary>
    public string? Waiting { get; init; }
}
