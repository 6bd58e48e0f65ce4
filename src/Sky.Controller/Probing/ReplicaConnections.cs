using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Controller.Probing;

/// <summary>The controller's connections to replicas: to those behind a node's agent with its certificate.</summary>
internal static class ReplicaConnections
{
    public static SocketsHttpHandler Handler(NodeCredentials? nodes, TimeProvider time) => new()
    {
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context, nodes, time, cancellationToken),
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(200),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, NodeCredentials? nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var node = NodeHost.Parse(context.DnsEndPoint.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(node is null ? context.DnsEndPoint : new IPEndPoint(node.Address, context.DnsEndPoint.Port), cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return node is null
                ? stream
                : await NodeConnection.OpenAsync(stream, node, nodes ?? throw new AuthenticationException("there is no certificate for nodes here"), time.GetUtcNow(), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
