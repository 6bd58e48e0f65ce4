using System.Net;
using System.Net.Sockets;

namespace Sky.Controller.Provisioning;

/// <summary>Binds the port on loopback and lets it go.</summary>
internal sealed class LoopbackPortCheck : IPortCheck
{
    public bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
