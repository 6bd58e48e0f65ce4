namespace Sky.Core.Autoscaling.Spot;

/// <summary>What the service's file says about spot.</summary>
public sealed record SpotSettings
{
    /// <summary>Spare spot replicas beyond the target (<c>num_overprovision</c>); <c>adaptive</c> finds its own number.</summary>
    public int NumOverprovision { get; init; }

    /// <summary>Of the target, how many are on-demand always (<c>base_ondemand_fallback_replicas</c>).</summary>
    public int BaseOnDemandFallbackReplicas { get; init; }

    /// <summary>Whether on-demand replicas stand in for spot ones that are not ready (<c>dynamic_ondemand_fallback</c>).</summary>
    public bool DynamicOnDemandFallback { get; init; }

    /// <summary>Share of time in which at least the target shall be ready, above 0 and below 1; only <c>adaptive</c> looks at it.</summary>
    public double AvailabilityTarget { get; init; } = DefaultAvailabilityTarget;

    public const double DefaultAvailabilityTarget = 0.999;
}
