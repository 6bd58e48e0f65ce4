using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Services;

/// <summary>What a service on spot nodes was last decided to hold, and what the next decision must not forget.</summary>
public sealed record SpotHolding
{
    /// <summary>The name of the policy that decided.</summary>
    public required string Policy { get; init; }

    /// <summary>Replicas that were to be ready.</summary>
    public required int Target { get; init; }

    /// <summary>The zones it decided over, <c>cloud/region/zone</c>.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Spot replicas to hold in each.</summary>
    public required IReadOnlyList<int> Spot { get; init; }

    /// <summary>On-demand replicas to hold.</summary>
    public required int OnDemand { get; init; }

    /// <summary>What was ready and starting where when it decided: what differs from it calls for another decision.</summary>
    public required string Seen { get; init; }

    public required SpotState State { get; init; }

    /// <summary>All there are to be.</summary>
    public int Total => Spot.Sum() + OnDemand;
}
