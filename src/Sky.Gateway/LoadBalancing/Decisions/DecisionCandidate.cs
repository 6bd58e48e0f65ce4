namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>A replica that a request could have gone to, as the gateway saw it at that moment.</summary>
public sealed record DecisionCandidate
{
    public required int Replica { get; init; }

    public required int Version { get; init; }

    /// <summary>Requests of this gateway on it.</summary>
    public required int InFlight { get; init; }

    /// <summary>Tokens of those still to be computed or written.</summary>
    public required long OutstandingTokens { get; init; }

    /// <summary>Requests of others on it, as it said within the last seconds; null when it did not.</summary>
    public int? OthersInFlight { get; init; }

    /// <summary>Its time to first token of late, in seconds; 0 before the first.</summary>
    public required double TtftSeconds { get; init; }

    /// <summary>The part of a whole replica's share that it is to get, below 1 while it starts slowly.</summary>
    public required double Share { get; init; }

    /// <summary>Tokens of the prompt that it is expected to have cached; null where the policy does not look.</summary>
    public int? CachedTokens { get; init; }

    /// <summary>Null for other policies than <c>auto</c>.</summary>
    public DecisionTerms? Terms { get; init; }
}
