namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What gateways saw of a service over the last minute, all together. What is null is not known.</summary>
public sealed record WorkLoad
{
    /// <summary>Requests at one time on replicas and waiting, on average.</summary>
    public double? Concurrency { get; init; }

    /// <summary>Seconds that a request waited for a replica on average, those that still wait included; 0 while none comes.</summary>
    public double? QueueWaitSeconds { get; init; }

    /// <summary>Seconds from a request to the first of its streamed answer on average; 0 while no request comes, and not known while none has begun its answer.</summary>
    public double? FirstTokenSeconds { get; init; }

    /// <summary>Tokens of prompts and answers.</summary>
    public double? TokensPerSecond { get; init; }
}
