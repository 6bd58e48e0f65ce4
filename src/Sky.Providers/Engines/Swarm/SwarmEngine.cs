using System.Runtime.CompilerServices;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Registries;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// Runs replicas on a cluster of machines under Docker's Swarm mode, each as a service of its own that is pinned to one node. All that must be known after a
/// crash of this program is kept by the managers: a service by its name and labels, a wish to stop as a label and a constraint that no node fulfils.
/// </summary>
public sealed class SwarmEngine : IEngine, IAsyncDisposable
{
    private readonly SwarmNames _names;
    private readonly string? _network;
    private readonly ISwarmNodes _nodes;
    private readonly SwarmManagers _managers;
    private readonly SwarmReading _reading;
    private readonly SwarmSecrets _secrets;
    private readonly SwarmDetails _details;
    private readonly SwarmLeftovers _leftovers;
    private readonly SwarmWriters _writers;
    private readonly SwarmLaunchSteps _steps;
    private readonly CancellationTokenSource _ends = new();
    private int _disposed;
    private readonly Launches _launches;
    private readonly SwarmStops _stops;
    private readonly SwarmRemoval _removal;
    private readonly SwarmPatience _patience;

    internal SwarmEngine(SwarmEngineOptions options, ISwarmNodes nodes, OwnerId owner, TimeProvider time, RegistryLogins logins)
    {
        Name = options.Name;
        _network = options.Network;
        _names = new SwarmNames(owner, options.Name);
        _patience = new SwarmPatience(time);
        _nodes = nodes;
        _managers = new SwarmManagers(options.Cluster, nodes, time);
        _reading = new SwarmReading(_managers, _names);
        _secrets = new SwarmSecrets(_managers, _names);
        _details = new SwarmDetails(nodes, time);
        _leftovers = new SwarmLeftovers(nodes, _secrets, _names, time);
        _stops = new SwarmStops(_reading, nodes, time);
        _removal = new SwarmRemoval(_managers, _reading, nodes, _names, time);
        _writers = new SwarmWriters(_reading, nodes, time);
        _steps = new SwarmLaunchSteps(_managers, _reading, nodes, options, _names, logins);
        _launches = new Launches(_steps, (_, _) => Task.CompletedTask, _ends.Token);
    }

    public string Name { get; }

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken) => _launches.RunAsync(request, cancellationToken);

    public async Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        var service = await _reading.FindAsync(replica, cancellationToken);
        if (service is null)
        {
            await _steps.CreateAsync(new ServiceCreateParameters { Service = new SwarmPlan(_names, _network).StopMark(replica) }, cancellationToken);
            service = await _reading.FindAsync(replica, cancellationToken);
        }

        if (service is { IsStopped: false })
        {
            var update = new ServiceUpdateParameters { Service = new SwarmPlan(_names, _network).Stopped(service.Spec), Version = service.Version };
            await _managers.DoAsync(client => client.Swarm.UpdateServiceAsync(service.Id, update, cancellationToken));
        }

        if (grace < SwarmPlan.StopGrace)
        {
            await _stops.HurryAsync(replica, grace, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken)
    {
        var nodes = await NodesAsync(cancellationToken);
        var living = nodes.Where(node => node.Value).Select(node => node.Key).ToHashSet();
        HashSet<string> counted = _patience.Heard() ? living : [.. nodes.Keys];
        var volumes = await _leftovers.FindAsync(living, cancellationToken);

        // Launches before services: one that is over meanwhile has left its service.
        var launches = _launches.All;
        var services = await _reading.ServicesAsync(cancellationToken);
        var tasks = await _reading.TasksAsync(cancellationToken);
        await _details.UpdateAsync([.. tasks.SelectMany(several => several).Where(task => task.HasContainer)], living, cancellationToken);
        var replicas = services.ToDictionary(pair => pair.Key, pair => Inspect(pair.Key, pair.Value, [.. tasks[pair.Value.Id]], counted));
        foreach (var (key, launch) in launches)
        {
            var seen = replicas.GetValueOrDefault(key);
            replicas[key] = launch.Describe(seen, Name) ?? seen ?? new EngineReplica { Replica = key, State = EngineReplicaState.Created };
        }

        await _leftovers.RemoveAsync(volumes, replicas.ContainsKey, cancellationToken);
        return [.. replicas.Values];
    }

    public async Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        if (_launches.IsLaunching(replica))
        {
            throw new EngineException(EngineFailure.Busy, $"replica {replica} is being started");
        }

        if (await _reading.FindAsync(replica, cancellationToken) is { } service)
        {
            var seen = (await ListAsync(cancellationToken)).FirstOrDefault(one => one.Replica == replica);
            if (seen is { State: not (EngineReplicaState.Exited or EngineReplicaState.Lost) })
            {
                throw new EngineException(EngineFailure.Busy, $"replica {replica} is still running");
            }

            await _removal.RemoveAsync(replica, service, cancellationToken);
        }

        await _secrets.RemoveAsync(replica, cancellationToken);
        _launches.Forget(replica);
    }

    public async IAsyncEnumerable<string> LogsAsync(
        ReplicaKey replica, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _writers.FindAsync(replica, _launches.IsLaunching, follow, cancellationToken) is not { } task || _nodes.Node(task.Node) is not { } node)
        {
            yield break;
        }

        await foreach (var line in new ContainerLogs(node).ReadAsync(task.Container!, tail, follow, cancellationToken))
        {
            yield return line;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _ends.CancelAsync();
        await _launches.EndedAsync();
        await _stops.DisposeAsync();
        _ends.Dispose();
    }

    private EngineReplica Inspect(ReplicaKey key, SeenService service, IReadOnlyList<SwarmTaskView> tasks, HashSet<string> living) =>
        SwarmInspection.Inspect(key, service, tasks, node => !living.Contains(node), _details.Of) with
        {
            Endpoint = service.Node is { } node ? _nodes.EndpointOf(node, key) : null,
        };

    private async Task<Dictionary<string, bool>> NodesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reading.NodesAsync(cancellationToken);
        }
        catch (EngineException)
        {
            _patience.Silent();
            throw;
        }
    }
}
