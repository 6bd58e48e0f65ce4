namespace Sky.Core.Metering;

/// <summary>Settlements that a gateway tells the controller. Idempotent: each counts once by gateway and sequence, however often it is told.</summary>
public sealed record SettlementBatch
{
    /// <summary>The run of a gateway process that the settlements are of, maybe an earlier one than the one that sends them.</summary>
    public required string Gateway { get; init; }

    public required IReadOnlyList<Settlement> Settlements { get; init; }
}
