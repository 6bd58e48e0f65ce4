using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sky.Bench.Forwarding;

namespace Sky.Bench.Gateway;

/// <summary>Memory that streams take of which nothing moves: each has had its first event and waits for the next.</summary>
internal static class IdleStreams
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(int streams, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# Idle streams: memory of each\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- idle {streams}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{streams} streamed chat completions that have had one event; resident memory of the proxy's processes, {Settle.TotalSeconds} s after the last was opened.\n");
        text.Append("Ours has everything on; the others forward.\n\n| proxy | before (MB) | with them (MB) | a stream (KiB) |\n| --- | ---: | ---: | ---: |\n");
        await ProxyComparison.WithProxiesAsync(ForwardCase.Calls, async proxies =>
        {
            foreach (var (name, proxy) in proxies.Where(p => p.Name != "haproxy"))
            {
                text.Append(proxy is null ? $"| {name} | not installed |  |  |\n" : await MeasureAsync(name, proxy, streams, cancellationToken));
            }
        }, cancellationToken);
        await ResultFile.WriteAsync("idle.md", text.ToString(), cancellationToken);
        return 0;
    }

    private static async Task<string> MeasureAsync(string name, ProxyProcess proxy, int streams, CancellationToken cancellationToken)
    {
        await LoadGenerator.RunAsync(proxy.Port, proxy.Path, 32, ChatCall.Whole, TimeSpan.FromSeconds(5), cancellationToken);
        var before = proxy.ResidentBytes();
        var request = ChatCall.Streamed.Request(proxy.Port, proxy.Path, CannedStream.Silent);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < streams; i++)
            {
                open.Add(await OpenAsync(proxy.Port, request, cancellationToken));
            }

            await Task.Delay(Settle, cancellationToken);
            var after = proxy.ResidentBytes();
            return string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {before / 1e6:F0} | {after / 1e6:F0} | {(after - before) / 1024.0 / streams:F1} |\n");
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> OpenAsync(int port, byte[] request, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        await socket.SendAsync(request, cancellationToken);
        var buffer = new byte[4096];
        var answer = "";
        while (!answer.Contains("data:", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            answer += Encoding.ASCII.GetString(buffer, 0, read);
            if (read == 0 || !answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answer.Split('\r')[0]);
            }
        }

        return socket;
    }
}
