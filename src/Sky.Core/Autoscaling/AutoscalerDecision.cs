namespace Sky.Core.Autoscaling;

/// <summary>The outcome of one autoscaling decision.</summary>
/// <param name="State">What to store; the very state that was given when nothing is worth writing.</param>
/// <param name="Reason">Why the target changed; null when it did not.</param>
/// <param name="LookAgainAt">When the next decision is due though no request comes; null for never.</param>
internal sealed record AutoscalerDecision(AutoscalerState State, string? Reason, DateTimeOffset? LookAgainAt);
