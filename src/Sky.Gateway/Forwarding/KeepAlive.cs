using System.Net.Sockets;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Notices that a machine is gone, which says nothing at all any more: its connections end after some ten seconds, and what waits there and may be repeated
/// goes to another replica.
/// </summary>
internal static class KeepAlive
{
    private const int IdleSeconds = 5;
    private const int EverySeconds = 2;
    private const int Times = 3;

    /// <summary>Linux's TCP_USER_TIMEOUT: what was sent and is not taken for so many milliseconds ends the connection.</summary>
    private const int UserTimeout = 18;
    private const int SilenceMilliseconds = 10_000;

    public static void Set(Socket socket)
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
