namespace Sky.Core.Autoscaling.Spot;

/// <summary>What decisions about spot must not forget over a restart: a plain record, for the store.</summary>
public sealed record SpotState
{
    public static SpotState New { get; } = new();

    /// <summary>When it was last brought up to date; null before the first decision.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>One for each zone seen so far, in the order of the last snapshot's zones.</summary>
    public IReadOnlyList<ZoneMemory> Zones { get; init; } = [];

    /// <summary>Whether the target was ever ready; until then nothing is lost by waiting for a cold start that goes on.</summary>
    public bool EverReady { get; init; }

    /// <summary>What is left of the price of spares that need not be held, in hours of one; below 0 what was spent ahead. Fades as all else.</summary>
    public double SpareHours { get; init; }

    /// <summary>What losses have followed losses.</summary>
    public AftershockMemory Aftershocks
    {
        get;

        // A state that was stored before there were any brings null.
        init => field = value ?? AftershockMemory.None;
    } = AftershockMemory.None;

    /// <summary>Where a round goes on, for policies that go round.</summary>
    public int NextZone { get; init; }
}
