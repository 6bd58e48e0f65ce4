using System.Net;
using System.Net.Sockets;

namespace Sky.Testing.Processes;

/// <summary>Loopback ports that nobody listens on at the moment.</summary>
public static class FreePorts
{
    public static IReadOnlyList<int> Take(int count)
    {
        // Held open together, so that one call gives different ports.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }
}
