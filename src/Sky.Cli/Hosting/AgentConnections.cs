using System.Net;
using System.Net.Sockets;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Cli.Hosting;

/// <summary>The controller's connections to agents of nodes, with its certificate as it is at the time.</summary>
internal sealed class AgentConnections(SkyHome home, TimeProvider time)
{
    private readonly NodeCredentials _credentials = new(home.ControllerCertificate, home.CaCertificate);

    public async Task<Stream> OpenAsync(NodeHost agent, CancellationToken cancellationToken)
    {
        var socket = new Socket(agent.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(agent.Address, NodeHost.DefaultPort), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return await NodeConnection.OpenAsync(new NetworkStream(socket, ownsSocket: true), agent, _credentials, time.GetUtcNow(), cancellationToken);
    }
}
