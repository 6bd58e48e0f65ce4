namespace Sky.Core.Keys;

/// <summary>What of the limits of a key or service one gateway may use. Null: there is no such limit.</summary>
public sealed record LimitSlice
{
    public static readonly LimitSlice Unlimited = new();

    public long? RequestsPerMinute { get; init; }

    public long? TokensPerMinute { get; init; }

    /// <summary>Of a key, requests in flight; of a service, requests on its replicas.</summary>
    public long? Concurrency { get; init; }

    /// <summary>US dollars that this run of the gateway may have spent in all, since it started: it goes up as the controller grants more.</summary>
    public decimal? Money { get; init; }

    public bool IsUnlimited => this is { RequestsPerMinute: null, TokensPerMinute: null, Concurrency: null, Money: null };

    /// <summary>All of a key's limits, for a gateway that has not heard of others.</summary>
    public static LimitSlice WholeOf(KeyLimits limits) => new()
    {
        RequestsPerMinute = limits.RequestsPerMinute, TokensPerMinute = limits.TokensPerMinute, Concurrency = limits.Concurrency, Money = limits.Budget,
    };
}
