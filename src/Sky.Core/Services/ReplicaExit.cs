namespace Sky.Core.Services;

/// <summary>How a replica's process ended.</summary>
public sealed record ReplicaExit
{
    /// <summary>The exit code; null when it is not known (what ran it was killed too).</summary>
    public int? Code { get; init; }

    /// <summary>The signal that ended it, such as <c>SIGKILL</c>; null when it exited by itself.</summary>
    public string? Signal { get; init; }

    /// <summary><c>setup</c> or <c>run</c>.</summary>
    public string? Stage { get; init; }

    /// <summary>True when the memory limit ended it.</summary>
    public bool OutOfMemory { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>The last lines it wrote, oldest first, at most 20 lines of 500 characters.</summary>
    public IReadOnlyList<string> LastLogLines { get; init; } = [];
}
