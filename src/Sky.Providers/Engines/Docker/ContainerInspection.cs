using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Docker;

/// <summary>Tells the state of a replica from its container, and from nothing that this program remembers.</summary>
internal static class ContainerInspection
{
    private const int FirstSignal = 128;
    private const int LongestHealthOutput = 200;

    /// <param name="key">Whose container it is.</param>
    /// <param name="container">As the daemon sees it.</param>
    /// <param name="stopMarked">Whether it is to end, or never to start.</param>
    /// <param name="runBegan">With <c>setup</c> and <c>run</c>: when <c>run</c> began; null before.</param>
    /// <param name="lastLines">Of its output, where it has ended.</param>
    public static EngineReplica Inspect(
        ReplicaKey key, SeenContainer container, bool stopMarked, DateTimeOffset? runBegan, IReadOnlyList<string> lastLines)
    {
        // The daemon notes the start when it hears of it, by when a short setup is over.
        var started = !container.Labels.ContainsKey(ReplicaNames.StagedLabel) || runBegan < container.StartedAt ? container.StartedAt : runBegan;
        var replica = new EngineReplica
        {
            Replica = key,
            State = EngineReplicaState.Created,
            LaunchedAt = container.StartedAt,
            StartedAt = started,
        };
        if (HasEnded(container))
        {
            return lastLines is [.., var last] && StartFailures.DescribeInit(last) is { } unstarted
                ? replica with { State = EngineReplicaState.Exited, StartedAt = null, ProvisionError = unstarted }
                : replica with { State = EngineReplicaState.Exited, Exit = ExitOf(container, stopMarked, started is null ? "setup" : "run", lastLines) };
        }

        if (container.StartedAt is null)
        {
            return Unstarted(replica, container, stopMarked);
        }

        return replica with
        {
            State = stopMarked ? EngineReplicaState.Stopping : started is null ? EngineReplicaState.SettingUp : EngineReplicaState.Running,
            Notice = NoticeOf(container),
        };
    }

    /// <summary>Whether it ran and is over.</summary>
    public static bool HasEnded(SeenContainer container) => container.Status is "exited" or "dead" or "removing" && container.StartedAt is not null;

    private static EngineReplica Unstarted(EngineReplica replica, SeenContainer container, bool stopMarked)
    {
        if (stopMarked || container.Status is "dead" or "removing")
        {
            return replica with { State = EngineReplicaState.Exited };
        }

        return container.Error.Length > 0 && StartFailures.Describe(container.Error, container.Port) is { } reason
            ? replica with { State = EngineReplicaState.Exited, ProvisionError = reason }
            : replica;
    }

    /// <summary>By the shell's convention a code above 128 is a signal's number.</summary>
    private static ReplicaExit ExitOf(SeenContainer container, bool stopMarked, string stage, IReadOnlyList<string> lastLines) => new()
    {
        Code = container.ExitCode,
        Signal = container.ExitCode > FirstSignal ? SignalNames.Of(container.ExitCode - FirstSignal) : null,
        Stage = stage,

        // A part that was killed long ago, whose loss the rest survived, is not what ended the replica.
        OutOfMemory = container.OutOfMemory && container.ExitCode != 0 && !stopMarked,
        At = container.FinishedAt,
        LastLogLines = lastLines,
    };

    private static string? NoticeOf(SeenContainer container)
    {
        if (container.Paused)
        {
            return "somebody paused its container (docker unpause lets it go on)";
        }

        return container.Unhealthy switch
        {
            null => null,
            "" => "its image's health check fails",
            { } output => $"its image's health check fails: {output[..Math.Min(output.Length, LongestHealthOutput)].ReplaceLineEndings(" ")}",
        };
    }
}
