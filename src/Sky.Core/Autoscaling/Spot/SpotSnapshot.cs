namespace Sky.Core.Autoscaling.Spot;

/// <summary>All that one decision about spot may look at.</summary>
public sealed record SpotSnapshot
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Replicas that shall be ready, without spares; at least 0.</summary>
    public required int Target { get; init; }

    public required SpotSettings Settings { get; init; }

    /// <summary>From launch to ready, as it is expected; above zero.</summary>
    public required TimeSpan ColdStart { get; init; }

    /// <summary>From a loss until the next decision can react to it: the controller's interval.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Price of one on-demand replica, in the unit of <see cref="ZoneSnapshot.Price"/>.</summary>
    public required double OnDemandPrice { get; init; }

    /// <summary>Where spot can be asked for; each zone once, always in the same order.</summary>
    public required IReadOnlyList<ZoneSnapshot> Zones { get; init; }

    /// <summary>On-demand replicas that are ready.</summary>
    public required int OnDemandReady { get; init; }

    /// <summary>On-demand replicas that are launched and not yet ready.</summary>
    public required int OnDemandStarting { get; init; }

    /// <summary>What happened since the last decision, oldest first.</summary>
    public IReadOnlyList<SpotEvent> Events { get; init; } = [];

    /// <summary>The state of the last decision; a new one before the first.</summary>
    public required SpotState State { get; init; }

    /// <summary>Spot replicas that are ready.</summary>
    internal int SpotReady => Sum(static zone => zone.Ready);

    /// <summary>Spot replicas that are launched, ready or not.</summary>
    internal int SpotHeld => Sum(static zone => zone.Held);

    private int Sum(Func<ZoneSnapshot, int> count)
    {
        var sum = 0;
        for (var i = 0; i < Zones.Count; i++)
        {
            sum += count(Zones[i]);
        }

        return sum;
    }
}
