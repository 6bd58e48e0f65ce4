namespace Sky.Core.Simulation.Spot;

/// <summary>What is simulated: the service and the prices.</summary>
public sealed record SpotScenario
{
    /// <summary>Replicas that shall be active.</summary>
    public int Target { get; init; } = 3;

    /// <summary>Spares of policies that have a fixed number.</summary>
    public int Spare { get; init; } = 1;

    /// <summary>From launch to active, in ticks; at least 1.</summary>
    public int ColdStartTicks { get; init; } = 4;

    /// <summary>On-demand over spot price.</summary>
    public double OnDemandPrice { get; init; } = 3;

    /// <summary>Ticks of one window.</summary>
    public int WindowTicks { get; init; } = 2880;

    public double AvailabilityTarget { get; init; } = Autoscaling.Spot.SpotSettings.DefaultAvailabilityTarget;
}
