namespace Sky.Bench.Scale;

/// <summary>What one run measured.</summary>
internal sealed record ScaleNumbers
{
    /// <summary>From the first service written to the last replica ready.</summary>
    public required TimeSpan BringUp { get; init; }

    /// <summary>A pass over every service with the loop's own number of workers, the engine listed anew.</summary>
    public required IReadOnlyList<TimeSpan> Passes { get; init; }

    /// <summary>All views read from the store and written as JSON.</summary>
    public required IReadOnlyList<TimeSpan> Statuses { get; init; }

    public required int StatusBytes { get; init; }

    /// <summary>Share of one core that the controller uses while nothing happens: probes, listings, safety looks.</summary>
    public required double QuietCores { get; init; }

    public required double ProbesPerSecond { get; init; }

    public required long ManagedBytes { get; init; }

    public required long WorkingSetBytes { get; init; }
}
