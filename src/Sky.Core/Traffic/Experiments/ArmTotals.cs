namespace Sky.Core.Traffic.Experiments;

/// <summary>All that was seen of one version in one division. Totals of several gateways add up.</summary>
public sealed record ArmTotals
{
    public static readonly ArmTotals None = new();

    /// <summary>Requests that the version was sent and whose client stayed.</summary>
    public long Requests { get; init; }

    /// <summary>Those of them that it failed: a status of 500 or above, no connection, an answer that did not come or broke off.</summary>
    public long Errors { get; init; }

    /// <summary>Requests whose client left before the end; they count nowhere else.</summary>
    public long Aborted { get; init; }

    /// <summary>Of answers below 400, from the sending to the first of the body.</summary>
    public LatencyCounts FirstToken { get; init; } = LatencyCounts.None;

    /// <summary>The same to the end of the answer.</summary>
    public LatencyCounts Latency { get; init; } = LatencyCounts.None;

    /// <summary>The same in seconds.</summary>
    public Moments LatencySeconds { get; init; }

    /// <summary>Of requests to models whose tokens are known or estimated.</summary>
    public Moments PromptTokens { get; init; }

    public Moments CompletionTokens { get; init; }

    /// <summary>By the prices of the version itself; nothing where it has none.</summary>
    public Moments Cost { get; init; }

    public string? Currency { get; init; }

    /// <summary>Copies that were not sent, because as many as may were under way.</summary>
    public long NotMirrored { get; init; }

    public ArmTotals Plus(ArmTotals other) => new()
    {
        Requests = Requests + other.Requests,
        Errors = Errors + other.Errors,
        Aborted = Aborted + other.Aborted,
        FirstToken = FirstToken.Plus(other.FirstToken),
        Latency = Latency.Plus(other.Latency),
        LatencySeconds = LatencySeconds.Plus(other.LatencySeconds),
        PromptTokens = PromptTokens.Plus(other.PromptTokens),
        CompletionTokens = CompletionTokens.Plus(other.CompletionTokens),
        Cost = Cost.Plus(other.Cost),
        Currency = Currency ?? other.Currency,
        NotMirrored = NotMirrored + other.NotMirrored,
    };
}
