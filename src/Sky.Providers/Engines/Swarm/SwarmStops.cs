using System.Collections.Concurrent;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Ends the containers of replicas that are to end before Swarm would, whose own grace is fixed when a service is made.</summary>
internal sealed class SwarmStops(SwarmReading reading, ISwarmNodes nodes, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ends = new();
    private readonly ConcurrentDictionary<Uri, PoliteStops> _stops = new();

    public async Task HurryAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (await reading.FindAsync(replica, cancellationToken) is not { } service)
        {
            return;
        }

        // A node that managers do not hear of would be waited for; they end what is there when it is back.
        var living = await reading.LivingNodesAsync(cancellationToken);
        foreach (var task in (await reading.TasksAsync(service, cancellationToken)).Where(task => task.Container is not null && !task.IsOver && living.Contains(task.Node)))
        {
            try
            {
                await HurryAsync(task, grace, cancellationToken);
            }
            catch (EngineException)
            {
                // The node does not answer: Swarm ends what is there when it is back.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await Task.WhenAll(_stops.Values.Select(stops => stops.EndedAsync()));
        _ends.Dispose();
    }

    private async Task HurryAsync(SwarmTaskView task, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (nodes.Node(task.Node)?.Within(SwarmManagers.AnswerTime, time) is { } node
            && await node.ContainerAsync(task.Container!, cancellationToken) is { Running: true } container)
        {
            await _stops.GetOrAdd(node.Endpoint, _ => new PoliteStops(node, time)).StopAsync(container, grace, _ends.Token, cancellationToken);
        }
    }
}
