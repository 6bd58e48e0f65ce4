namespace Sky.Core.Simulation.Spot;

/// <summary>What one policy came to in one window, or in several on average.</summary>
/// <param name="Availability">Share of the ticks after the first cold start in which at least the target was active.</param>
/// <param name="Cost">What launched instances cost, as a share of what the target costs on demand.</param>
/// <param name="Launches">Instances launched, spot and on-demand.</param>
/// <param name="Preemptions">Spot instances taken away.</param>
public readonly record struct SpotOutcome(double Availability, double Cost, double Launches, double Preemptions);
