using Docker.DotNet.Models;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Finds what of a replica writes its output.</summary>
internal sealed class SwarmWriters(SwarmReading reading, ISwarmNodes nodes, TimeProvider time)
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(200);

    /// <summary>The newest try that has begun to write; null where none will.</summary>
    /// <param name="replica">Whose.</param>
    /// <param name="isLaunching">Whether this program is about to start it.</param>
    /// <param name="wait">Whether to wait for one that is to come.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SwarmTaskView?> FindAsync(ReplicaKey replica, Func<ReplicaKey, bool> isLaunching, bool wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var launching = isLaunching(replica);
            var service = await reading.FindAsync(replica, cancellationToken);
            var tasks = service is null ? [] : await reading.TasksAsync(service, cancellationToken);
            if (tasks.LastOrDefault(task => task.HasContainer) is { } task && (task.State != TaskState.Starting || await IsStartedAsync(task, cancellationToken)))
            {
                return task;
            }

            var coming = launching || (service is { IsStopped: false } && (tasks.Count == 0 || tasks.Any(one => one.IsWanted)));
            if (!wait || !coming)
            {
                return null;
            }

            await Task.Delay(Gap, time, cancellationToken);
        }
    }

    private async Task<bool> IsStartedAsync(SwarmTaskView task, CancellationToken cancellationToken) =>
        nodes.Node(task.Node) is { } node && await node.ContainerAsync(task.Container!, cancellationToken) is { StartedAt: not null };
}
