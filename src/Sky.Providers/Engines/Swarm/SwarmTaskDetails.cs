namespace Sky.Providers.Engines.Swarm;

/// <summary>What the node says of a task's container.</summary>
internal sealed record SwarmTaskDetails
{
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>With <c>setup</c> and <c>run</c>: when <c>run</c> began; null before.</summary>
    public DateTimeOffset? RunBegan { get; init; }

    /// <summary>Whether it had ended when this was asked.</summary>
    public bool Over { get; init; }

    public bool OutOfMemory { get; init; }

    /// <summary>Of its output, where it has ended.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
