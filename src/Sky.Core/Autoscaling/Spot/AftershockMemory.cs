namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// How far losses have brought further losses on this market: counts of losses that came after others, and the time that lay open to it, weighed by how soon
/// after. Both fade together. In their quotient lies whether capacity goes in steps here, or zones fall independently.
/// </summary>
public sealed record AftershockMemory
{
    public static AftershockMemory None { get; } = new();

    /// <summary>Losses after another of the same zone, each counted as far as it probably was an aftershock.</summary>
    public double SameZone { get; init; }

    /// <summary>What <see cref="SameZone"/> is counted over, in the aftershocks of a market in which each loss brings one a unit of it.</summary>
    public double SameZoneExposure { get; init; }

    /// <summary>Losses after, or at once with, those of other zones.</summary>
    public double Elsewhere { get; init; }

    /// <summary>What <see cref="Elsewhere"/> is counted over.</summary>
    public double ElsewhereExposure { get; init; }
}
