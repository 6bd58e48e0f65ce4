using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Registries;

namespace Sky.Providers.Engines.Swarm;

/// <summary>All clusters of one's own machines, each under Docker's Swarm mode: an engine of each, and what they are made of.</summary>
/// <param name="clusters">Those there are.</param>
/// <param name="dial">The way to their nodes' agents.</param>
/// <param name="owner">Whose replicas.</param>
/// <param name="baseImage">What runs <c>setup</c> and <c>run</c> where a file names no image.</param>
/// <param name="time">The clock.</param>
public sealed class SwarmClusters(IClusterSource clusters, AgentDial dial, OwnerId owner, string baseImage, TimeProvider time) : IClusterControl, IAsyncDisposable
{
    private const string SwarmPort = ":2377";
    private readonly ClusterAgents _agents = new(dial);

    // By what an engine was made from: a cluster that was removed may come again by its name, encrypted or not.
    private readonly ConcurrentDictionary<(ClusterName Cluster, bool Encrypted), SwarmEngine> _engines = new();

    // Kept, since they know which manager answered last: one that is cut off costs each call its whole patience.
    private readonly ConcurrentDictionary<ClusterName, SwarmManagers> _managers = new();

    /// <summary>One for each cluster there is now.</summary>
    public IReadOnlyList<IEngine> Engines => [.. clusters.Current.Select(cluster => Engine(cluster))];

    /// <inheritdoc/>
    public async Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken)
    {
        var record = clusters.Current.FirstOrDefault(other => other.Name == cluster)
            ?? throw new EngineException(EngineFailure.Invalid, $"There is no cluster '{cluster}' (any more).");

        // One that was bought may ask before its cloud has told where it is.
        var joining = record.Find(node)
            ?? throw new EngineException(record.Cloud is null ? EngineFailure.Invalid : EngineFailure.Unavailable, $"Cluster '{cluster}' has no node '{node}' (any more, or not yet).");
        var founder = ClusterRules.Founder(record);
        if (founder is { EngineId: null } && founder.Name == node)
        {
            return new JoinAnswer { Kind = JoinKind.Init, AdvertiseAddress = Advertised(record, joining) };
        }

        var managers = ManagersOf(record).Where(manager => manager.Name != node).ToList();
        if (managers.Count == 0)
        {
            throw new EngineException(EngineFailure.Unavailable, $"The first manager of cluster '{cluster}', {founder?.Name.ToString() ?? "none yet"}, has not joined yet.");
        }

        var swarm = await Managers(cluster).DoAsync(client => client.Swarm.InspectSwarmAsync(cancellationToken));
        return new JoinAnswer
        {
            Kind = JoinKind.Join,
            Token = role == NodeRole.Manager ? swarm.JoinTokens?.Manager : swarm.JoinTokens?.Worker,
            Managers = record.Cloud is null ? [.. managers.Select(manager => manager.Address + SwarmPort)] : await AdvertisedAsync(record, cancellationToken),
            AdvertiseAddress = Advertised(record, joining),
        };
    }

    /// <inheritdoc/>
    public async Task<ClusterFacts> LookAsync(ClusterRecord cluster, CancellationToken cancellationToken)
    {
        var agents = await Task.WhenAll(cluster.Nodes.Select(node => _agents.FactsAsync(cluster.Name, node, cancellationToken)));
        var (seen, trouble) = await SeenByManagersAsync(cluster, cancellationToken);
        var nodes = new Dictionary<NodeName, ClusterNodeFacts>();
        foreach (var (node, (facts, silence)) in cluster.Nodes.Zip(agents))
        {
            nodes[node.Name] = SwarmLook.Of(node, facts, silence, seen);
        }

        return new ClusterFacts { Nodes = nodes, Trouble = trouble };
    }

    /// <inheritdoc/>
    public async Task RemoveNodeAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken)
    {
        if (node.EngineId is { } id && ManagersOf(cluster).Any(manager => manager.Name != node.Name))
        {
            var managers = OtherManagers(cluster, node);
            if (await managers.FindAsync(client => client.Swarm.InspectNodeAsync(id, cancellationToken)) is { } member)
            {
                await DemoteAsync(managers, member, cancellationToken);
                await LeaveAsync(cluster.Name, node, cancellationToken);
                await managers.FindAsync(async client =>
                {
                    await client.Swarm.RemoveNodeAsync(id, true, cancellationToken);
                    return "";
                });
            }
        }
        else
        {
            await LeaveAsync(cluster.Name, node, cancellationToken);
        }

        await RemoveFilesAsync(cluster.Name, node, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines.Values)
        {
            await engine.DisposeAsync();
        }

        _agents.Dispose();
    }

    /// <summary>The way to one cluster's engines.</summary>
    internal ISwarmNodes NodesOf(ClusterName cluster) => new ClusterNodes(cluster, clusters, _agents);

    /// <summary>Nodes of a cloud know each other by addresses of its network. One that the cloud does not tell the node's engine finds: it has one interface.</summary>
    private static string? Advertised(ClusterRecord cluster, ClusterNode node) => cluster.Cloud is null ? node.Address : node.PrivateAddress;

    /// <summary>Managers by the addresses they told each other.</summary>
    private async Task<IReadOnlyList<string>> AdvertisedAsync(ClusterRecord cluster, CancellationToken cancellationToken) =>
    [
        .. (await Managers(cluster.Name).DoAsync(client => client.Swarm.ListNodesAsync(cancellationToken))).Select(node => node.ManagerStatus?.Addr).OfType<string>().Where(address => address.Length > 0),
    ];

    private static IEnumerable<ClusterNode> ManagersOf(ClusterRecord cluster) =>
        cluster.Nodes.Where(node => node is { Role: NodeRole.Manager, EngineId: not null, State: not ClusterNodeState.Removing });

    private SwarmEngine Engine(ClusterRecord cluster) => _engines.GetOrAdd((cluster.Name, cluster.Encrypted), made => new SwarmEngine(
        new SwarmEngineOptions
        {
            Name = EngineName.Of(EngineName.Swarm, made.Cluster.Value),
            Cluster = made.Cluster.Value,
            Network = $"sky-{made.Cluster}",
            EncryptNetwork = made.Encrypted,
            BaseImage = baseImage,
        },
        NodesOf(made.Cluster),
        owner,
        time,
        RegistryLogins.OfThisUser));

    private SwarmManagers Managers(ClusterName cluster) => _managers.GetOrAdd(cluster, name => new SwarmManagers(name.Value, NodesOf(name), time));

    /// <summary>All but one that is to leave.</summary>
    private SwarmManagers OtherManagers(ClusterRecord cluster, ClusterNode node) => new(
        cluster.Name.Value, new FixedManagers([.. ManagersOf(cluster).Where(manager => manager.Name != node.Name).Select(manager => _agents.Docker(cluster.Name, manager))]), time);

    private async Task<(SwarmSight? Seen, string? Trouble)> SeenByManagersAsync(ClusterRecord cluster, CancellationToken cancellationToken)
    {
        if (!ManagersOf(cluster).Any())
        {
            return (null, cluster.Nodes.Count == 0 ? "it has no node yet" : "its first manager has not joined yet");
        }

        try
        {
            var managers = Managers(cluster.Name);
            var nodes = await managers.DoAsync(client => client.Swarm.ListNodesAsync(cancellationToken));
            var tasks = await managers.DoAsync(client => client.Tasks.ListAsync(
                new TasksListParameters { Filters = new Dictionary<string, IDictionary<string, bool>> { ["desired-state"] = new Dictionary<string, bool> { ["running"] = true } } }, cancellationToken));
            return (new SwarmSight([.. nodes], [.. tasks]), null);
        }
        catch (EngineException failure)
        {
            return (null, $"what runs goes on, and changes wait: {failure.Message}");
        }
    }

    /// <summary>A manager is made a worker first, so that the others do not count on its vote.</summary>
    private static async Task DemoteAsync(SwarmManagers managers, NodeListResponse member, CancellationToken cancellationToken)
    {
        if (member.Spec is { Role: "manager" } spec)
        {
            spec.Role = "worker";
            await managers.DoAsync(client => client.Swarm.UpdateNodeAsync(member.ID, member.Version?.Index ?? 0, spec, cancellationToken));
        }
    }

    /// <summary>Tells the node itself; one that does not answer is left to find out.</summary>
    private async Task LeaveAsync(ClusterName cluster, ClusterNode node, CancellationToken cancellationToken)
    {
        try
        {
            await _agents.Docker(cluster, node).DoAsync(client => client.Swarm.LeaveSwarmAsync(new SwarmLeaveParameters { Force = true }, cancellationToken));
        }
        catch (EngineException)
        {
        }
    }

    /// <summary>What replicas had on a node that has left: nobody asks it any more after this. One that does not answer keeps it.</summary>
    private async Task RemoveFilesAsync(ClusterName cluster, ClusterNode node, CancellationToken cancellationToken)
    {
        var docker = _agents.Docker(cluster, node).Within(SwarmManagers.AnswerTime, time);
        var names = new SwarmNames(owner, EngineName.Of(EngineName.Swarm, cluster.Value));
        try
        {
            var ours = new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = names.Containers.Filter.ToDictionary(label => label, _ => true) },
            };
            foreach (var container in await docker.DoAsync(client => client.Containers.ListContainersAsync(ours, cancellationToken)))
            {
                await docker.TryAsync(client => client.Containers.RemoveContainerAsync(
                    container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken));
            }

            foreach (var (volume, _) in await new ReplicaListing(docker, names.Containers).KeyedVolumesAsync(cancellationToken))
            {
                await docker.TryAsync(client => client.Volumes.RemoveAsync(volume, force: true, cancellationToken));
            }
        }
        catch (EngineException)
        {
        }
    }

    private sealed class FixedManagers(IReadOnlyList<DockerCalls> managers) : ISwarmNodes
    {
        public IReadOnlyList<DockerCalls> Managers => managers;

        public DockerCalls? Node(string id) => null;

        public Uri? EndpointOf(string node, ReplicaKey replica) => null;
    }
}
