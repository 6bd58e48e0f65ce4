namespace Sky.Gateway.Health.ReplicaMetrics;

/// <summary>What a replica's own metrics say of it at one moment.</summary>
internal readonly record struct ReplicaReading
{
    /// <summary>Requests that it works on, whoever sent them.</summary>
    public required int Running { get; init; }

    /// <summary>Requests that wait in its own queue.</summary>
    public required int Waiting { get; init; }

    /// <summary>Share of its key-value memory that is in use, 0 to 1; null when it does not say.</summary>
    public double? MemoryInUse { get; init; }

    /// <summary>Tokens that its key-value memory holds; null when it does not say.</summary>
    public long? CacheTokens { get; init; }
}
