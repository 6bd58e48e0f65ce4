using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Services;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Process;

/// <summary>Ends what a killed runner left behind.</summary>
internal static class LostReplica
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Does nothing where a runner lives, none ever ran, or the end is recorded. Takes the folder's lock meanwhile.</summary>
    public static void End(ReplicaKey key, ReplicaFolder folder, TimeProvider time)
    {
        if (!File.Exists(folder.Runner) || folder.HasEnded)
        {
            return;
        }

        using var held = FileLock.TryAcquire(folder.Lock);
        if (held is null || folder.HasEnded)
        {
            return;
        }

        var runner = ReplicaFiles.Read<RunnerRecord>(folder.Runner);
        var request = ReplicaFiles.Read<RunnerRequest>(folder.Request);
        if ((request?.Token ?? runner?.Token) is not { } token)
        {
            throw new EngineException(EngineFailure.Invalid, $"the files of replica {key} in {folder.Root} are damaged: end it by hand and remove them");
        }

        // Either file may be broken by a power cut; what was started is then found by the token in the other one.
        var groups = runner?.Groups ?? [];
        var mayLive = runner is null || runner.BootId == ProcessTable.BootId();
        if (mayLive && !new Leftovers(token, runner?.Leaders ?? [], groups, null).Kill(Limit, () => { }))
        {
            throw new EngineException(EngineFailure.Unavailable, $"a process of replica {key} does not end");
        }

        ReplicaEnding.Write(folder, new ExitRecord
        {
            LaunchedAt = runner?.LaunchedAt,
            StartedAt = runner?.StartedAt,
            Exit = new ReplicaExit { Stage = runner?.Stage, At = time.GetUtcNow(), LastLogLines = LastLines(folder) },
            Notice = "its runner was killed",
        });
        ControlTree.Remove(groups);
    }

    private static IReadOnlyList<string> LastLines(ReplicaFolder folder)
    {
        const int enough = 64 * 1024;
        var last = new LastLines();
        foreach (var number in LogFiles.Numbers(folder.Root).TakeLast(1))
        {
            using var file = File.OpenRead(LogFiles.Name(folder.Root, number));
            file.Seek(-Math.Min(enough, file.Length), SeekOrigin.End);
            var bytes = new byte[enough];
            last.Add(bytes.AsSpan(0, file.ReadAtLeast(bytes, enough, throwOnEndOfStream: false)));
        }

        return last.Take();
    }
}
