using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>Runs replicas as processes of this machine, each under a runner of its own that outlives the controller.</summary>
/// <param name="home">Where replicas' folders lie.</param>
/// <param name="runnerCommand">The program and first arguments that start a runner; the replica's folder is added as the last argument.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessEngine(SkyHome home, IReadOnlyList<string> runnerCommand, TimeProvider time) : IEngine
{
    private const int NoSpaceLeft = 28;
    private const int UnlockAttempts = 100;
    private static readonly TimeSpan UnlockPause = TimeSpan.FromMilliseconds(20);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, DetachedProcess> _runners = new();
    private readonly Lazy<string> _bootId = new(ProcessTable.BootId);

    public string Name => "process";

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var folder = ReplicaFolder.Of(home, request.Replica);
        return DoAsync(() => Run(request, folder), cancellationToken);
    }

    public Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        var folder = ReplicaFolder.Of(home, replica);
        return DoAsync(() => Stop(replica, folder, grace), cancellationToken);
    }

    public Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<EngineReplica>>(List, cancellationToken);

    public Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        var folder = ReplicaFolder.Of(home, replica);
        return DoAsync(() => Forget(replica, folder), cancellationToken);
    }

    public IAsyncEnumerable<string> LogsAsync(ReplicaKey replica, int? tail, bool follow, CancellationToken cancellationToken)
    {
        var folder = ReplicaFolder.Of(home, replica);
        return new LogReader(folder.Root, time).ReadAsync(tail, follow ? () => HasEnded(replica, folder) : null, cancellationToken);
    }

    private void Run(RunRequest request, ReplicaFolder folder)
    {
        folder.Create();
        if (File.Exists(folder.Stop) || File.Exists(folder.Exit) || File.Exists(folder.Runner) || FileLock.IsHeld(folder.Lock))
        {
            return;
        }

        var ours = OurEnvironment();
        lock (_gate)
        {
            // One token for ever: the one that the replica's processes bear.
            if (!File.Exists(folder.Request))
            {
                ReplicaFiles.Write(folder.Request, RunnerRequests.From(request, home, ours), durable: true);
            }
        }

        var runner = DetachedProcess.Start(
            runnerCommand[0], [.. runnerCommand.Skip(1), folder.Root], folder.RunnerLog, RunnerEnvironment.Build(ours, request));
        _runners[runner.Pid] = runner;
    }

    private void Stop(ReplicaKey key, ReplicaFolder folder, TimeSpan grace)
    {
        folder.Create();
        if (folder.HasEnded)
        {
            return;
        }

        var known = ReplicaFiles.Read<StopMark>(folder.Stop);
        if (known is null || known.GraceSeconds > grace.TotalSeconds)
        {
            Mark(folder, new StopMark(time.GetUtcNow(), grace.TotalSeconds));
        }

        LostReplica.End(key, folder, time);
    }

    /// <summary>On a full disk, where a stop may be what makes room, an empty mark must do.</summary>
    private static void Mark(ReplicaFolder folder, StopMark mark)
    {
        try
        {
            ReplicaFiles.Write(folder.Stop, mark, durable: true);
        }
        catch (IOException error) when (error.HResult == NoSpaceLeft && !File.Exists(folder.Stop))
        {
            File.Create(folder.Stop).Dispose();
        }
    }

    private List<EngineReplica> List()
    {
        foreach (var (pid, runner) in _runners)
        {
            if (runner.HasExited)
            {
                _runners.TryRemove(pid, out _);
            }
        }

        return [.. ReplicaFolder.All(home).Select(replica => ReplicaInspection.Inspect(replica.Key, replica.Folder, _bootId.Value))];
    }

    private void Forget(ReplicaKey key, ReplicaFolder folder)
    {
        if (!Directory.Exists(folder.Root))
        {
            return;
        }

        using var held = LockEnded(folder);
        if (held is null || IsLost(folder))
        {
            throw new EngineException(EngineFailure.Busy, $"replica {key} is still running");
        }

        FolderRemoval.Remove(folder.Root, Path.Combine(home.Replicas, ".removed"));
    }

    /// <summary>A runner that has recorded the end, or found a stop mark, holds the lock for a moment longer.</summary>
    private static FileLock? LockEnded(ReplicaFolder folder)
    {
        var held = FileLock.TryAcquire(folder.Lock);
        for (var attempt = 0; attempt < UnlockAttempts && held is null && File.Exists(folder.Exit); attempt++)
        {
            Thread.Sleep(UnlockPause);
            held = FileLock.TryAcquire(folder.Lock);
        }

        return held;
    }

    /// <summary>Asked with the lock in hand.</summary>
    private bool IsLost(ReplicaFolder folder) =>
        File.Exists(folder.Runner) && !folder.HasEnded
        && ReplicaFiles.Read<RunnerRecord>(folder.Runner)?.BootId == _bootId.Value;

    private bool HasEnded(ReplicaKey key, ReplicaFolder folder) =>
        !Directory.Exists(folder.Root)
        || ReplicaInspection.Inspect(key, folder, _bootId.Value).State is EngineReplicaState.Exited or EngineReplicaState.Lost;

    private static List<KeyValuePair<string, string>> OurEnvironment() =>
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(pair => KeyValuePair.Create((string)pair.Key, (string)pair.Value!))];

    private static Task DoAsync(Action effect, CancellationToken cancellationToken) =>
        DoAsync(() => { effect(); return 0; }, cancellationToken);

    /// <summary>Off the caller's thread: the disk may be slow. What is expected to fail is named by the reaction it needs.</summary>
    private static Task<T> DoAsync<T>(Func<T> effect, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return effect();
            }
            catch (IOException error) when (error.HResult == NoSpaceLeft)
            {
                throw new EngineException(EngineFailure.NoCapacity, "the disk of this machine is full", error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
            {
                throw new EngineException(EngineFailure.Unavailable, error.Message, error);
            }
        },
        cancellationToken);
}
