namespace Sky.Core.Autoscaling.Spot;

/// <summary>What to hold from now on. Where fewer are held, launch; where more, stop: those that are not ready first, then the youngest.</summary>
public sealed record SpotDecision
{
    /// <summary>Spot replicas to hold in each zone, in the snapshot's order of zones.</summary>
    public required IReadOnlyList<int> Spot { get; init; }

    /// <summary>On-demand replicas to hold.</summary>
    public required int OnDemand { get; init; }

    /// <summary>To be given back with the next snapshot, and stored with what it decided.</summary>
    public required SpotState State { get; init; }

    /// <summary>The chance, as a share of time, that fewer than the target are ready, if this is held; null for policies that do not estimate it.</summary>
    public double? Risk { get; init; }
}
