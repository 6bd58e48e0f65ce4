using System.Net;
using System.Net.Sockets;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Testing.Gateway;

/// <summary>
/// An address at which connecting neither succeeds nor fails: it listens, accepts nobody, and its queue is full. Linux then drops
/// what comes, as a machine that is gone does.
/// </summary>
public sealed class DeafListener : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queue = [];

    private DeafListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    public ReplicaEndpoint Endpoint => new()
    {
        Id = new ReplicaId(1),
        Version = 1,
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}"),
    };

    /// <summary>Fills the queue until one more connection has to wait.</summary>
    public static async Task<DeafListener> StartAsync()
    {
        var listener = new DeafListener();
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            listener._queue.Add(socket);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await socket.ConnectAsync(listener._listener.LocalEndPoint!, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return listener;
            }
        }
    }

    public void Dispose()
    {
        _queue.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }
}
