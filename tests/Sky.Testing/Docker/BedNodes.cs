using Docker.DotNet;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Engines.Swarm;

namespace Sky.Testing.Docker;

/// <summary>The ways to the daemons of a bed, by their sockets.</summary>
internal sealed class BedNodes : ISwarmNodes, IDisposable
{
    private readonly Dictionary<string, DockerCalls> _byId = [];
    private readonly List<DockerCalls> _managers = [];
    private readonly DockerCalls _nowhere = new(DockerClients.Connect(Nowhere), Nowhere);

    private static Uri Nowhere => new("unix:///nonexistent/docker.sock");

    private Uri? Replicas { get; init; }

    /// <summary>Whether nodes do not answer, though managers do.</summary>
    public bool AreSilent { get; set; }

    /// <param name="bed">Its machines are joined.</param>
    /// <param name="managers">How many of the first are managers.</param>
    /// <param name="connect">Makes the client of a daemon; null: the usual one.</param>
    /// <param name="replicas">Where replicas are said to be reached; null: nowhere real.</param>
    public static async Task<BedNodes> OfAsync(SwarmBed bed, int managers = 1, Func<DockerDaemon, IDockerClient>? connect = null, Uri? replicas = null)
    {
        var nodes = new BedNodes { Replicas = replicas };
        for (var node = 1; node <= bed.Nodes.Count; node++)
        {
            var endpoint = new Uri(bed.Nodes[node - 1].Host);
            var calls = new DockerCalls(connect?.Invoke(bed.Nodes[node - 1]) ?? DockerClients.Connect(endpoint), endpoint);
            nodes._byId[await bed.IdOfAsync(node)] = calls;
            if (node <= managers)
            {
                nodes._managers.Add(calls);
            }
        }

        return nodes;
    }

    public IReadOnlyList<DockerCalls> Managers => _managers;

    public IEnumerable<string> Ids => _byId.Keys;

    public DockerCalls? Node(string id) => AreSilent ? _nowhere : _byId.GetValueOrDefault(id);

    public Uri? EndpointOf(string node, ReplicaKey replica) => Replicas ?? new($"https://{replica.Service}-{replica.Id}.example:46600");

    public void Dispose()
    {
        _nowhere.Client.Dispose();
        foreach (var calls in _byId.Values)
        {
            calls.Client.Dispose();
        }
    }
}
