using Sky.Core.Services;

namespace Sky.Core.Metering;

/// <summary>What one key used of one model of one version of a service within one hour.</summary>
public sealed record UsageRow
{
    /// <summary>Its beginning, in UTC.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>Null for requests without a key.</summary>
    public string? Key { get; init; }

    public required ServiceName Service { get; init; }

    public required string Model { get; init; }

    /// <summary>0 for requests of which nothing was sent.</summary>
    public required int Version { get; init; }

    /// <summary>Null where the service had no prices.</summary>
    public string? Currency { get; init; }

    public TokenUsage Usage { get; init; }

    public decimal Cost { get; init; }

    /// <summary>Requests by how their tokens were found.</summary>
    public SettlementCounts Requests { get; init; } = new();
}
