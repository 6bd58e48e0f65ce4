namespace Sky.Core.Traffic.Experiments;

/// <summary>One version beside the baseline in one respect.</summary>
public sealed record Comparison
{
    public required int Version { get; init; }

    public required int Baseline { get; init; }

    /// <summary>A word of <see cref="ArmMetrics"/>.</summary>
    public required string Metric { get; init; }

    /// <summary><c>difference</c> (of the version less the baseline) or <c>ratio</c> (over the baseline).</summary>
    public required string As { get; init; }

    public required Estimate Seen { get; init; }

    /// <summary><c>better</c>, <c>worse</c>, or <c>differs</c> where neither is; <c>open</c> while it may be equal.</summary>
    public required string Verdict { get; init; }
}
