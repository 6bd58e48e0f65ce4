namespace Sky.Core.Specs;

/// <summary>How long a gateway waits for replicas, in seconds. Null: as the gateway is set, or without end.</summary>
public sealed record TimeoutSpec
{
    public static readonly TimeoutSpec Default = new();

    /// <summary>From the end of a request's body to the response's headers. Null: the gateway's own, 600.</summary>
    public double? HeadersSeconds { get; init; }

    /// <summary>One try on one replica, from connecting to the response's headers. What may be repeated then goes to another replica. Null: no bound of its own.</summary>
    public double? TrySeconds { get; init; }

    /// <summary>The whole of a request: held, tried and answered. Null: without end.</summary>
    public double? TotalSeconds { get; init; }
}
