using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace Sky.Node.Ingress;

/// <summary>
/// Two connections as one, byte for byte. Each piece is passed on before the next is read, so that a slow reader slows its writer. The end of one direction
/// ends that direction on the other side; a connection that breaks breaks the other.
/// </summary>
internal static class Splice
{
    private const int PieceBytes = 32 << 10;

    /// <summary>Returns when both directions have ended. The sockets are broken off where one of them broke; else closing is the caller's.</summary>
    public static async Task RunAsync(SslStream client, Socket clientSocket, Socket replicaSocket)
    {
        await using var replica = new NetworkStream(replicaSocket, ownsSocket: false);
        var up = CopyAsync(client, replica, () =>
        {
            replicaSocket.Shutdown(SocketShutdown.Send);
            return Task.CompletedTask;
        });
        var down = CopyAsync(replica, client, client.ShutdownAsync);
        var first = await Task.WhenAny(up, down);
        if (!await first || !await (first == up ? down : up))
        {
            Break(clientSocket);
            Break(replicaSocket);
            await Task.WhenAll(up, down);
        }
    }

    /// <summary>Closes so that the peer sees a failure (RST) and cannot take what came so far for all.</summary>
    public static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
        }

        socket.Dispose();
    }

    /// <summary>False: one of the two broke.</summary>
    private static async Task<bool> CopyAsync(Stream from, Stream to, Func<Task> end)
    {
        try
        {
            while (true)
            {
                // Returns when there is something to read: idle connections hold no buffer.
                _ = await from.ReadAsync(Memory<byte>.Empty);
                var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
                try
                {
                    var read = await from.ReadAsync(piece);
                    if (read == 0)
                    {
                        await end();
                        return true;
                    }

                    await to.WriteAsync(piece.AsMemory(0, read));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(piece);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }
}
