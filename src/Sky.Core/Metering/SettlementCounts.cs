namespace Sky.Core.Metering;

/// <summary>Requests by <see cref="SettlementKind"/>.</summary>
public sealed record SettlementCounts
{
    public long Exact { get; init; }

    public long Estimated { get; init; }

    public long Kept { get; init; }

    public long Unsent { get; init; }

    public long Failed { get; init; }

    /// <summary>Copies; not requests of anybody, so not in <see cref="Total"/>.</summary>
    public long Mirrored { get; init; }

    public long Total => Exact + Estimated + Kept + Unsent + Failed;

    public static SettlementCounts Of(SettlementKind kind) => kind switch
    {
        SettlementKind.Exact => new() { Exact = 1 },
        SettlementKind.Estimated => new() { Estimated = 1 },
        SettlementKind.Kept => new() { Kept = 1 },
        SettlementKind.Unsent => new() { Unsent = 1 },
        SettlementKind.Mirrored => new() { Mirrored = 1 },
        _ => new() { Failed = 1 },
    };

    public SettlementCounts Plus(SettlementCounts other) => new()
    {
        Exact = Exact + other.Exact,
        Estimated = Estimated + other.Estimated,
        Kept = Kept + other.Kept,
        Unsent = Unsent + other.Unsent,
        Failed = Failed + other.Failed,
        Mirrored = Mirrored + other.Mirrored,
    };
}
