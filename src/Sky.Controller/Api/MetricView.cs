namespace Sky.Controller.Api;

/// <summary>A metric that the number of replicas follows, as it stands.</summary>
public sealed record MetricView
{
    /// <summary>Such as <c>concurrency</c> or <c>replica vllm:num_requests_waiting</c>.</summary>
    public required string Name { get; init; }

    /// <summary>As it was read last: where its target is of each replica and it comes from replicas, on average; null: it is not known.</summary>
    public double? Value { get; init; }

    public required double Target { get; init; }

    /// <summary>The target is of each replica.</summary>
    public required bool PerReplica { get; init; }

    /// <summary>Replicas that it asks for, before minimum and maximum; null: it is not known, and no replica is taken away.</summary>
    public int? Wanted { get; init; }

    /// <summary>Seconds since it was read; null for what gateways count, and what never was.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Why the last try gave no number; null: it did.</summary>
    public string? Problem { get; init; }
}
