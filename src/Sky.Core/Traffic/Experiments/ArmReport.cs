using Sky.Core.Services;

namespace Sky.Core.Traffic.Experiments;

/// <summary>What one run of a gateway has seen of one version in one division, from the beginning on.</summary>
public sealed record ArmReport
{
    public required ServiceName Service { get; init; }

    public required int Generation { get; init; }

    public required int Version { get; init; }

    public required ArmTotals Totals { get; init; }
}
