using System.Net;
using System.Net.Sockets;

namespace Sky.Cli.Client;

/// <summary>A connection on this machine, which is made or refused at once.</summary>
internal static class LoopbackStream
{
    /// <summary>Throws <see cref="SocketException"/> where nobody listens.</summary>
    public static Stream Connect(DnsEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(address);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
