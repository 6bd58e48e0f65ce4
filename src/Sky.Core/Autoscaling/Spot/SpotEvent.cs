namespace Sky.Core.Autoscaling.Spot;

/// <summary>One thing that happened in one zone.</summary>
/// <param name="Zone">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Count">To how many replicas at once.</param>
public readonly record struct SpotEvent(string Zone, SpotEventKind Kind, int Count);
