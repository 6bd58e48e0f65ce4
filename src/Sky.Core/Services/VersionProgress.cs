namespace Sky.Core.Services;

/// <summary>What became of a version so far; the mutable side of <see cref="VersionRecord"/>.</summary>
public sealed record VersionProgress
{
    /// <summary>When a replica of it was ready for the first time; null when never.</summary>
    public DateTimeOffset? FirstReadyAt { get; init; }

    /// <summary>When it was given up; it launches nothing more. Null while it is not.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    public string? FailedReason { get; init; }

    /// <summary>Launches of it that failed in a row, for back-off; reset when a replica stays ready.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>When the last failure of that row was counted; replicas made before it belong to the same failure.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>Why none of it can be launched at the moment (no place, no port), other than back-off; null when nothing stands in the way.</summary>
    public string? Waiting { get; init; }

    /// <summary>No launch before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
