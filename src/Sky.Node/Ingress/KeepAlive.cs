using System.Net.Sockets;

namespace Sky.Node.Ingress;

/// <summary>Asks after peers that say nothing for long: one whose machine is gone is noticed within about a minute.</summary>
internal static class KeepAlive
{
    private const int IdleSeconds = 30;
    private const int EverySeconds = 10;
    private const int Times = 3;

    public static void Set(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, EverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Times);
    }
}
