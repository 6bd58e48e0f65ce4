using System.Net;
using System.Net.Sockets;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Cli.Hosting;

/// <summary>The controller's connections to agents of nodes, with its certificate as it is at the time.</summary>
internal sealed class AgentConnections(SkyHome home, TimeProvider time)
{
    private const int IdleSeconds = 10;
    private const int EverySeconds = 5;
    private const int Times = 2;

    /// <summary>Linux's TCP_USER_TIMEOUT: what was sent and is not taken for so many milliseconds ends the connection.</summary>
    private const int UserTimeout = 18;
    private const int SilenceMilliseconds = 20_000;
    private readonly NodeCredentials _credentials = new(home.ControllerCertificate, home.CaCertificate);

    public async Task<Stream> OpenAsync(NodeHost agent, CancellationToken cancellationToken)
    {
        var socket = new Socket(agent.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndWithItsMachine(socket);
            await socket.ConnectAsync(new IPEndPoint(agent.Address, NodeHost.DefaultPort), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return await NodeConnection.OpenAsync(new NetworkStream(socket, ownsSocket: true), agent, _credentials, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>A machine that is gone says nothing: its connections end within half a minute, whether they wait for it or not.</summary>
    private static void EndWithItsMachine(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, EverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Times);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, BitConverter.GetBytes(SilenceMilliseconds));
        }
    }
}
