using System.Net;
using System.Net.Sockets;
using System.Text;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Testing.Gateway;

/// <summary>A replica that answers every request with the same bytes, whether they are HTTP or not. All text is Latin-1, byte for byte.</summary>
public sealed class RawReplica : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly Task _serving;

    public RawReplica(string answer)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The head of the last request.</summary>
    public string Seen { get; private set; } = "";

    public ReplicaEndpoint Endpoint => new()
    {
        Id = new ReplicaId(1),
        Version = 1,
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"),
    };

    /// <summary>
    /// Sends <paramref name="request"/> as it is and returns all that comes back until the other side closes, also when it does so
    /// before it has read the whole.
    /// </summary>
    public static async Task<string> ExchangeAsync(Uri address, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
            var buffer = new byte[4096];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // It answered and hung up on the rest.
        }

        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Seen = await HeadAsync(client.GetStream());
                await client.GetStream().WriteAsync(_answer, _stop.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The gateway hung up, or the test is over.
            }
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                break;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return head.ToString();
    }
}
