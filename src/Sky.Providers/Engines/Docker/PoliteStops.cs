using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>Ends containers: a polite signal at once, and the hard one when the grace is over.</summary>
internal sealed class PoliteStops(DockerCalls docker, TimeProvider time)
{
    private const string Hard = "SIGKILL";
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Deadline, CancellationTokenSource Later)> _pending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    /// <summary>Signals it. A second call does nothing unless its grace ends earlier.</summary>
    public async Task StopAsync(SeenContainer container, TimeSpan grace, CancellationToken ends, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + grace;
        var later = CancellationTokenSource.CreateLinkedTokenSource(ends);
        bool first;
        lock (_gate)
        {
            first = !_pending.TryGetValue(container.Id, out var known);
            if (!first && known.Deadline <= deadline)
            {
                later.Dispose();
                return;
            }

            known.Later?.Cancel();
            _pending[container.Id] = (deadline, later);
        }

        if (container.Paused)
        {
            await docker.TryAsync(client => client.Containers.UnpauseContainerAsync(container.Id, cancellationToken));
        }

        if (first && grace > TimeSpan.Zero)
        {
            await SignalAsync(container.Id, container.StopSignal, cancellationToken);
        }

        Track(KillAsync(container.Id, grace, later));
    }

    /// <summary>Over when all that was begun is, after the token given with it was cancelled.</summary>
    public Task EndedAsync() => Task.WhenAll(_running.Keys);

    private void Track(Task task)
    {
        _running[task] = 0;
        task.ContinueWith(ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task KillAsync(string id, TimeSpan grace, CancellationTokenSource later)
    {
        try
        {
            await Task.Delay(grace, time, later.Token);
            await SignalAsync(id, Hard, later.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or EngineException)
        {
            // Whoever wants its end asks again as long as it runs.
        }
        finally
        {
            lock (_gate)
            {
                if (_pending.TryGetValue(id, out var known) && known.Later == later)
                {
                    _pending.Remove(id);
                }
            }

            later.Dispose();
        }
    }

    /// <summary>One that does not run any more needs none.</summary>
    private async Task SignalAsync(string id, string signal, CancellationToken cancellationToken)
    {
        try
        {
            await docker.TryAsync(client => client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = signal }, cancellationToken));
        }
        catch (EngineException error) when (DockerFailures.IsConflict(error))
        {
        }
    }
}
