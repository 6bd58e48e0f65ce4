using System.Net.Sockets;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Connections to the agents of all clusters' nodes. One that changed its address gets a new one.</summary>
internal sealed class ClusterAgents(AgentDial dial) : IDisposable
{
    private static readonly TimeSpan FactsTime = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<NodeHost, DockerCalls> _dockers = new();
    private readonly ConcurrentDictionary<NodeHost, HttpClient> _agents = new();

    public static NodeHost HostOf(ClusterName cluster, ClusterNode node) => NodeHost.OfAgent(new NodeKey(cluster, node.Name), IPAddress.Parse(node.Address));

    /// <summary>The node's daemon, through its agent.</summary>
    public DockerCalls Docker(ClusterName cluster, ClusterNode node) => _dockers.GetOrAdd(
        HostOf(cluster, node), host => new DockerCalls(AgentTransport.Connect(host, dial), AgentTransport.Docker(host)));

    /// <summary>What the agent says of its node; else why it says nothing.</summary>
    public async Task<(NodeFacts? Facts, string? Trouble)> FactsAsync(ClusterName cluster, ClusterNode node, CancellationToken cancellationToken)
    {
        var client = _agents.GetOrAdd(HostOf(cluster, node), host => new HttpClient(AgentTransport.Handler(host, dial)) { BaseAddress = new Uri($"http://{host}/"), Timeout = FactsTime });
        try
        {
            return (await client.GetFromJsonAsync("facts", NodeJson.Default.NodeFacts, cancellationToken), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = failure is OperationCanceledException ? "no answer in time" : (failure.InnerException ?? failure).Message;
            return (null, $"its agent does not answer at {node.Address}: {reason.TrimEnd('.')}");
        }
    }

    public void Dispose()
    {
        foreach (var docker in _dockers.Values)
        {
            docker.Client.Dispose();
        }

        foreach (var agent in _agents.Values)
        {
            agent.Dispose();
        }
    }
}
