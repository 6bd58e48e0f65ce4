using Sky.Core.Services;

namespace Sky.Core.Metering;

/// <summary>What one request used in the end. There is exactly one of each request, told apart by the gateway's run and its sequence.</summary>
public sealed record Settlement
{
    /// <summary>Counted by the gateway, from its start on.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was settled.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who called; null for a request without a key.</summary>
    public string? Key { get; init; }

    public required ServiceName Service { get; init; }

    /// <summary>As the request asked for it; empty where it named none.</summary>
    public required string Model { get; init; }

    /// <summary>The version of the replica; 0 where nothing was sent.</summary>
    public int Version { get; init; }

    /// <summary>0 where nothing was sent.</summary>
    public int Replica { get; init; }

    public TokenUsage Usage { get; init; }

    /// <summary>By the prices that were in force.</summary>
    public decimal Cost { get; init; }

    /// <summary>Of <see cref="Cost"/>; null where the service has no prices.</summary>
    public string? Currency { get; init; }

    public required SettlementKind Kind { get; init; }

    /// <summary>Complete server-sent events that were read of the answer.</summary>
    public long Events { get; init; }
}
