using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>The load of one service at one gateway.</summary>
public sealed record ServiceReport
{
    public required ServiceName Service { get; init; }

    /// <summary>Requests that arrived, by second, over at most the last 60 seconds: held and refused ones included, each once.</summary>
    public IReadOnlyList<RequestCount> Arrivals { get; init; } = [];

    /// <summary>Requests held at the moment.</summary>
    public int Held { get; init; }

    /// <summary>How long those have waited, added up.</summary>
    public double HeldSeconds { get; init; }

    /// <summary>What was done so far; null from a gateway that does not count it.</summary>
    public WorkTotals? Work { get; init; }

    /// <summary>Names of models that it claims in vain.</summary>
    public IReadOnlyList<TakenModel> TakenModels { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ReplicaReport> Replicas { get; init; } = [];
}
