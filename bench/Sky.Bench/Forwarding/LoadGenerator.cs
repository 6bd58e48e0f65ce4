using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Sky.Bench.Forwarding;

/// <summary>A fixed number of connections, each sending the next request when the answer to the last is there.</summary>
internal static class LoadGenerator
{
    /// <summary>The number of requests answered within <paramref name="duration"/>.</summary>
    public static async Task<long> RunAsync(int port, string path, int connections, LoadBody body, TimeSpan duration, CancellationToken cancellationToken)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var request = body.Request(port, path);
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => DriveAsync(port, request, deadline, cancellationToken))));
        return counts.Sum();
    }

    private static async Task<long> DriveAsync(int port, byte[] request, long deadline, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        var buffer = new byte[16 << 10];
        long count = 0;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            await socket.SendAsync(request, cancellationToken);
            var (got, length) = (0, 0);
            do
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(got), cancellationToken);
                if (read == 0)
                {
                    throw new InvalidOperationException($"the proxy on port {port} closed a connection after {count} answers, {got} bytes of the next: {Encoding.ASCII.GetString(buffer, 0, Math.Min(got, 200))}");
                }

                got += read;
                length = length == 0 ? LengthOf(buffer.AsSpan(0, got)) : length;
            }
            while (length == 0 || got < length);
            count++;
        }

        return count;
    }

    /// <summary>Headers and body together; 0 while the headers are not complete.</summary>
    public static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var head = Encoding.ASCII.GetString(answer[..end]);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(head.Split('\r')[0]);
        }

        const string Field = "content-length:";
        var at = head.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length;
        return end + 4 + int.Parse(head[at..].Split('\r')[0]);
    }
}
