using Docker.DotNet.Models;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What of a Swarm task counts: one try to run a replica.</summary>
internal sealed record SwarmTaskView
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required TaskState State { get; init; }

    public required TaskState Wanted { get; init; }

    /// <summary>When it came into <see cref="State"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Empty before it is assigned.</summary>
    public required string Node { get; init; }

    /// <summary>Null before there is one.</summary>
    public string? Container { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Swarm's word on what went wrong; empty for nothing.</summary>
    public string Error { get; init; } = "";

    /// <summary>Whether it is to run, or already does.</summary>
    public bool IsWanted => Wanted <= TaskState.Running;

    /// <summary>Whether there is a container of it that ran, or is being started: Swarm calls it so until it is healthy.</summary>
    public bool HasContainer => Container is not null && State is TaskState.Starting or TaskState.Running or TaskState.Complete or TaskState.Failed or TaskState.Shutdown;

    /// <summary>Whether it is over, whatever it was.</summary>
    public bool IsOver => State > TaskState.Running;

    public static SwarmTaskView From(TaskResponse task)
    {
        var created = Utc(task.CreatedAt);
        return new SwarmTaskView
        {
            Id = task.ID,
            CreatedAt = created,
            State = task.Status?.State ?? TaskState.New,
            Wanted = task.DesiredState ?? TaskState.Running,
            At = task.Status?.Timestamp is { } at ? Utc(at) : created,
            Node = task.NodeID ?? "",
            Container = task.Status?.ContainerStatus?.ContainerID is { Length: > 0 } id ? id : null,
            ExitCode = (int)(task.Status?.ContainerStatus?.ExitCode ?? 0),
            Error = task.Status?.Err ?? "",
        };
    }

    private static DateTimeOffset Utc(DateTime? time) => new(DateTime.SpecifyKind(time ?? DateTime.UnixEpoch, DateTimeKind.Utc));
}
