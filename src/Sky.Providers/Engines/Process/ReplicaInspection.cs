using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>Tells the state of a replica from its files and its lock, and from nothing else.</summary>
internal static class ReplicaInspection
{
    public static EngineReplica Inspect(ReplicaKey key, ReplicaFolder folder, string bootId)
    {
        if (ReadExit(key, folder) is { } ended)
        {
            return ended;
        }

        // A runner writes the record of the end before it lets go of the lock: with the lock free, look again.
        var held = FileLock.IsHeld(folder.Lock);
        if (!held && ReadExit(key, folder) is { } justEnded)
        {
            return justEnded;
        }

        var stopping = File.Exists(folder.Stop);
        var hasRun = File.Exists(folder.Runner);
        var runner = hasRun ? ReplicaFiles.Read<RunnerRecord>(folder.Runner) : null;
        if (!held && hasRun && runner is not null && runner.BootId != bootId)
        {
            return Restarted(key, runner);
        }

        return new EngineReplica
        {
            Replica = key,
            State = State(held, stopping || (!held && File.Exists(folder.Exit)), hasRun, runner),
            LaunchedAt = runner?.LaunchedAt,
            StartedAt = runner?.StartedAt,
            Notice = runner?.Notice,
        };
    }

    private static EngineReplicaState State(bool held, bool stopping, bool hasRun, RunnerRecord? runner)
    {
        if (!held)
        {
            // Marked to stop before any runner came, or ended by one with a record that is damaged: none that still comes will start it.
            return hasRun ? EngineReplicaState.Lost : stopping ? EngineReplicaState.Exited : EngineReplicaState.Created;
        }

        if (stopping)
        {
            return EngineReplicaState.Stopping;
        }

        return runner switch
        {
            null => EngineReplicaState.Created,
            { Stage: ReplicaStage.Run } => EngineReplicaState.Running,
            _ => EngineReplicaState.SettingUp,
        };
    }

    private static EngineReplica? ReadExit(ReplicaKey key, ReplicaFolder folder) =>
        ReplicaFiles.Read<ExitRecord>(folder.Exit) is not { } record ? null : new EngineReplica
        {
            Replica = key,
            State = EngineReplicaState.Exited,
            LaunchedAt = record.LaunchedAt,
            StartedAt = record.StartedAt,
            Exit = record.Exit,
            ProvisionError = record.ProvisionError,
            Notice = record.Notice,
        };

    private static EngineReplica Restarted(ReplicaKey key, RunnerRecord runner) => new()
    {
        Replica = key,
        State = EngineReplicaState.Exited,
        LaunchedAt = runner.LaunchedAt,
        StartedAt = runner.StartedAt,
        Exit = new ReplicaExit { Stage = runner.Stage },
        Notice = "the machine was restarted",
    };
}
