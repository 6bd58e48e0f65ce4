namespace Sky.Providers.Engines.Process;

/// <summary>What a runner tells of itself; the content of <c>runner.json</c>. Whether it lives is told by the lock alone.</summary>
internal sealed record RunnerRecord
{
    public required int Pid { get; init; }

    /// <summary>The runner's start in clock ticks since boot; with pid and boot id it names one process for ever.</summary>
    public long StartTicks { get; init; }

    /// <summary>Changes when the machine restarts; empty where the system has none.</summary>
    public required string BootId { get; init; }

    public required DateTimeOffset LaunchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary><c>setup</c> or <c>run</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The first process of each stage; each leads a session and a group of its own.</summary>
    public IReadOnlyList<SessionLeader> Leaders { get; init; } = [];

    /// <summary>Folders of the control groups that hold the replica.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public string? Notice { get; init; }
}
