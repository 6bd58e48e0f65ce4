using Docker.DotNet.Models;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What managers say of one owner's replicas.</summary>
internal sealed class SwarmReading(SwarmManagers managers, SwarmNames names)
{
    private Dictionary<string, IDictionary<string, bool>> OfOwner =>
        new() { ["label"] = names.Containers.Filter.ToDictionary(label => label, _ => true) };

    /// <summary>The replica's service; null where there is none, or one of that name that is not ours.</summary>
    public async Task<SeenService?> FindAsync(ReplicaKey replica, CancellationToken cancellationToken) =>
        await NamedAsync(replica, cancellationToken) is { } service && names.Containers.KeyOf(service.Labels) == replica ? service : null;

    /// <summary>The service that has the replica's name, whosever it is.</summary>
    public async Task<SeenService?> NamedAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        var name = names.Service(replica);
        return await managers.FindAsync(client => client.Swarm.InspectServiceAsync(name, cancellationToken)) is { } service ? SeenService.From(service) : null;
    }

    public async Task<Dictionary<ReplicaKey, SeenService>> ServicesAsync(CancellationToken cancellationToken)
    {
        var listed = await managers.DoAsync(client => client.Swarm.ListServicesAsync(new ServiceListParameters { Filters = OfOwner }, cancellationToken));
        var services = new Dictionary<ReplicaKey, SeenService>();
        foreach (var service in listed.Select(SeenService.From))
        {
            if (names.Containers.KeyOf(service.Labels) is { } key)
            {
                services[key] = service;
            }
        }

        return services;
    }

    /// <summary>By the service's id, oldest first.</summary>
    public async Task<ILookup<string, SwarmTaskView>> TasksAsync(CancellationToken cancellationToken)
    {
        var listed = await managers.DoAsync(client => client.Tasks.ListAsync(new TasksListParameters { Filters = OfOwner }, cancellationToken));
        return listed.OrderBy(task => task.CreatedAt).ToLookup(task => task.ServiceID ?? "", SwarmTaskView.From, StringComparer.Ordinal);
    }

    /// <summary>The tries of one replica, oldest first.</summary>
    public async Task<IReadOnlyList<SwarmTaskView>> TasksAsync(SeenService service, CancellationToken cancellationToken) =>
        [.. (await TasksAsync(cancellationToken))[service.Id]];

    /// <summary>The ids of nodes that managers hear of.</summary>
    public async Task<HashSet<string>> LivingNodesAsync(CancellationToken cancellationToken) => [.. (await NodesAsync(cancellationToken)).Where(node => node.Value).Select(node => node.Key)];

    /// <summary>All nodes of the cluster by their ids, each with whether managers hear of it.</summary>
    public async Task<Dictionary<string, bool>> NodesAsync(CancellationToken cancellationToken) =>
        (await managers.DoAsync(client => client.Swarm.ListNodesAsync(cancellationToken))).ToDictionary(node => node.ID, node => node.Status?.State != "down");
}
