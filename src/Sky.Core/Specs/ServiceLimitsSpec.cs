namespace Sky.Core.Specs;

/// <summary>How much all callers of a service together may use, over all gateways. Null: as much as there is.</summary>
public sealed record ServiceLimitsSpec
{
    /// <summary>Several times what the models with the longest contexts take.</summary>
    public const long DefaultTokensPerRequest = 4L << 20;

    public static readonly ServiceLimitsSpec None = new();

    public long? RequestsPerMinute { get; init; }

    public long? TokensPerMinute { get; init; }

    /// <summary>Requests on replicas at one time; more wait in the queue.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The same for each replica that is ready.</summary>
    public int? ReplicaConcurrency { get; init; }

    /// <summary>
    /// Tokens that the prompt, or one answer, of a request may have: a replica that says it used more is not believed. Null:
    /// <see cref="DefaultTokensPerRequest"/>.
    /// </summary>
    public long? TokensPerRequest { get; init; }

    /// <summary>Requests that may be on that many replicas at one time, by both limits; null: as many as come.</summary>
    public long? Capacity(int replicas)
    {
        var ofReplicas = (long?)ReplicaConcurrency * replicas;
        return Concurrency is { } all && !(ofReplicas < all) ? all : ofReplicas;
    }
}
