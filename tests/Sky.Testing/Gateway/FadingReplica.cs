using System.Net;
using System.Net.Sockets;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Testing.Gateway;

/// <summary>A replica that answers the first request of each connection, and takes the second and hangs up without a word.</summary>
public sealed class FadingReplica : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _requests;

    public FadingReplica()
    {
        _listener.Start();
        _serving = AcceptAsync();
    }

    /// <summary>Requests that were read, answered or not.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public ReplicaEndpoint Endpoint => new()
    {
        Id = new ReplicaId(1),
        Version = 1,
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"),
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var buffer = new byte[4096];
            for (var asked = 1; await client.GetStream().ReadAsync(buffer, _stop.Token) > 0; asked++)
            {
                Interlocked.Increment(ref _requests);
                if (asked == 2)
                {
                    return;
                }

                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // The gateway hung up, or the test is over.
        }
    }
}
