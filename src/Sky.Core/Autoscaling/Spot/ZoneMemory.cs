namespace Sky.Core.Autoscaling.Spot;

/// <summary>What is remembered of one zone. Losses and the time they are counted over fade together, so that what a zone was like yesterday counts less than today.</summary>
public sealed record ZoneMemory
{
    public required string Zone { get; init; }

    /// <summary>Times at which the zone took replicas away, faded.</summary>
    public double Losses { get; init; }

    /// <summary>Seconds in which replicas stood there, faded.</summary>
    public double HeldSeconds { get; init; }

    /// <summary>When it last took a replica away; null for never.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>When it last had none to give; null for never.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>Refusals in a row; 0 after a launch.</summary>
    public int Refusals { get; init; }

    /// <summary>Since when SpotHedge avoids the zone; null when it does not.</summary>
    public DateTimeOffset? AvoidedSince { get; init; }
}
