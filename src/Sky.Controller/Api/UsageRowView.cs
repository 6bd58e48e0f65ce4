using Sky.Core.Metering;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>What one key used of one model of one version of a service. What is not known, or is not, is null.</summary>
public sealed record UsageRowView
{
    /// <summary>The beginning of the hour, or of the first of all.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>The id; null for requests without a key.</summary>
    public string? Key { get; init; }

    public required ServiceName Service { get; init; }

    /// <summary>Null for requests that named none.</summary>
    public string? Model { get; init; }

    /// <summary>Null for requests of which nothing was sent.</summary>
    public int? Version { get; init; }

    /// <summary>Null where the service had no prices.</summary>
    public string? Currency { get; init; }

    /// <summary>Null where the service had no prices.</summary>
    public decimal? Cost { get; init; }

    public TokenUsage Usage { get; init; }

    /// <summary>Requests by how their tokens were found.</summary>
    public SettlementCounts Requests { get; init; } = new();

    public static UsageRowView From(UsageRow row) => new()
    {
        Hour = row.Hour,
        Key = row.Key,
        Service = row.Service,
        Model = row.Model.Length == 0 ? null : row.Model,
        Version = row.Version == 0 ? null : row.Version,
        Currency = row.Currency,
        Cost = row.Currency is null ? null : row.Cost,
        Usage = row.Usage,
        Requests = row.Requests,
    };
}
