using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Tells the state of a replica from its Swarm service and that service's tasks, and from nothing that this program remembers. Pure.</summary>
internal static class SwarmInspection
{
    private const int FirstSignal = 128;

    /// <param name="key">Whose service it is.</param>
    /// <param name="service">The service.</param>
    /// <param name="tasks">All that Swarm still knows of it, oldest first.</param>
    /// <param name="nodeIsGone">Whether the node of that id is down, or not of the cluster any more.</param>
    /// <param name="details">What the node says of a task's container; null where it was not asked or does not answer.</param>
    public static EngineReplica Inspect(
        ReplicaKey key, SeenService service, IReadOnlyList<SwarmTaskView> tasks, Func<string, bool> nodeIsGone, Func<SwarmTaskView, SwarmTaskDetails?> details)
    {
        var (stopped, staged) = (service.IsStopped, service.IsStaged);
        var last = tasks.LastOrDefault(task => task.HasContainer && (task.State != TaskState.Starting || details(task)?.StartedAt is not null));
        var replica = new EngineReplica
        {
            Replica = key,
            State = EngineReplicaState.Created,
            LaunchedAt = tasks.Count > 0 ? service.CreatedAt : null,
            StartedAt = last is null ? null : details(last) is { } known ? known.RunBegan : staged ? null : last.At,
        };
        var living = tasks.Where(task => task.Container is not null && !task.IsOver && !nodeIsGone(task.Node)).ToList();
        if (stopped)
        {
            return living.Count > 0
                ? replica with { State = EngineReplicaState.Stopping }
                : Ended(replica, last, staged, stopped, details);
        }

        var current = tasks.LastOrDefault(task => task.IsWanted);
        if (tasks.Any(task => task.Node.Length > 0 && !task.IsOver && nodeIsGone(task.Node)))
        {
            return replica with { State = EngineReplicaState.Lost };
        }

        if (current is null)
        {
            return tasks.Count == 0 ? replica
                : last is null ? replica with { State = EngineReplicaState.Exited, ProvisionError = Unstarted(tasks[^1]) }
                : Ended(replica, last, staged, stopped, details);
        }

        return current.State == TaskState.Running || last is not null
            ? Running(replica, current, last, staged, tasks, details)
            : replica with { Notice = Waiting(current, tasks) };
    }

    private static EngineReplica Running(
        EngineReplica replica, SwarmTaskView current, SwarmTaskView? last, bool staged, IReadOnlyList<SwarmTaskView> tasks, Func<SwarmTaskView, SwarmTaskDetails?> details)
    {
        var crashes = tasks.Count(task => task.State is TaskState.Failed);
        var detail = current.State is TaskState.Starting or TaskState.Running ? details(current) : null;
        var crashed = crashes == 0 ? null : $"it crashed {crashes} time(s) and was started again ({HowItEnded(tasks.Last(task => task.State == TaskState.Failed))})";
        return replica with
        {
            State = staged && (detail ?? (last is null ? null : details(last)))?.RunBegan is null ? EngineReplicaState.SettingUp : EngineReplicaState.Running,
            Announced = current.State == TaskState.Running,
            Notice = crashed,
        };
    }

    private static EngineReplica Ended(EngineReplica replica, SwarmTaskView? last, bool staged, bool stopped, Func<SwarmTaskView, SwarmTaskDetails?> details)
    {
        if (last is null)
        {
            return replica with { State = EngineReplicaState.Exited, LaunchedAt = null, StartedAt = null };
        }

        var detail = details(last);
        return replica with
        {
            State = EngineReplicaState.Exited,
            StartedAt = replica.StartedAt ?? (staged ? detail?.RunBegan : detail?.StartedAt ?? last.At),
            Exit = new ReplicaExit
            {
                Code = last.ExitCode,
                Signal = last.ExitCode > FirstSignal ? SignalNames.Of(last.ExitCode - FirstSignal) : null,
                Stage = staged && detail?.RunBegan is null ? "setup" : "run",
                OutOfMemory = detail?.OutOfMemory == true && last.ExitCode != 0 && !stopped,
                At = last.At,
                LastLogLines = detail?.LastLines ?? [],
            },
        };
    }

    private static string HowItEnded(SwarmTaskView task) =>
        task.ExitCode > FirstSignal && SignalNames.Of(task.ExitCode - FirstSignal) is { } signal ? $"killed by {signal}" : $"exit code {task.ExitCode}";

    /// <summary>Why no try to start it came to anything.</summary>
    private static string Unstarted(SwarmTaskView task) =>
        StartFailures.Describe(task.Error, 0) ?? (task.Error.Length > 0 ? task.Error : "Swarm could not start it and does not say why");

    private static string? Waiting(SwarmTaskView current, IReadOnlyList<SwarmTaskView> tasks)
    {
        var refused = tasks.LastOrDefault(task => task.State == TaskState.Rejected);
        return current.Error.Length > 0 ? current.Error : refused is { Error.Length: > 0 } ? refused.Error : null;
    }
}
