using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Opens a connection to a node's agent, encrypted and with both ends known to each other. Throws <see cref="IOException"/> where that fails.</summary>
public delegate Task<Stream> AgentDial(NodeHost agent, CancellationToken cancellationToken);

/// <summary>Docker's client by way of a node's agent: it has no other way to a daemon, which listens on no port.</summary>
internal sealed class AgentTransport(AgentDial dial) : IDockerHandlerFactory<NodeHost>
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    /// <summary>Where the agent passes calls on to its daemon.</summary>
    public static Uri Docker(NodeHost agent) => new($"http://{agent}/docker/");

    public static DockerClient Connect(NodeHost agent, AgentDial dial) => new DockerClientBuilder()
        .WithEndpoint(Docker(agent))
        .WithTimeout(Timeout.InfiniteTimeSpan)
        .WithTransportOptions(new AgentTransport(dial), agent)
        .Build();

    public ResolvedTransport CreateHandler(NodeHost transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        new(Handler(transportOptions, dial), Docker(transportOptions));

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        throw new NotSupportedException("which agent is meant is said by the transport's options");

    /// <summary>Attaching to a container's input is nothing an agent passes on.</summary>
    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => throw new NotSupportedException("agents let nobody attach to containers");

    /// <summary>Calls of the agent; encryption is the connection's, so that addresses say <c>http</c>.</summary>
    public static SocketsHttpHandler Handler(NodeHost agent, AgentDial dial) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTime,
        PooledConnectionIdleTimeout = IdleTime,
        ConnectCallback = async (_, cancellationToken) => await dial(agent, cancellationToken),
    };
}
