using Sky.Core.Metering;
using Sky.Core.Specs;

namespace Sky.Gateway.Metering.Journal;

/// <summary>What is written of a request before it is sent: who asks whom for what, and what is kept when nobody ever knows more.</summary>
internal sealed record ReservationRecord
{
    public required DateTimeOffset At { get; init; }

    public required string? Key { get; init; }

    public required string Service { get; init; }

    public required string Model { get; init; }

    public required TokenUsage Reserved { get; init; }

    public required PriceSpec? Prices { get; init; }
}
