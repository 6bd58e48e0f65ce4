using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sky.Bench.Forwarding;
using Sky.Testing.Processes;

namespace Sky.Bench.Gateway;

/// <summary>Many requests, some streamed and some aborted anywhere: memory stays flat, and each has exactly one settlement.</summary>
internal static class Soak
{
    private const int Clients = 48;
    private const int Samples = 20;
    private const int Seed = 20251;

    /// <summary>The last quarter's memory over the second's.</summary>
    private const double MostGrowth = 1.1;

    /// <summary>Returns 1 when memory grew, or settlements are missing.</summary>
    public static async Task<int> RunAsync(int requests, CancellationToken cancellationToken)
    {
        await using var controller = await StubController.StartAsync(cancellationToken);
        var ports = FreePorts.Take(2);
        using var backend = await ProxyProcess.StartAsync("backend", "/", ports[0], Environment.ProcessPath!, ["backend", $"{ports[0]}"], cancellationToken);
        using var gateway = await ProxyProcess.StartAsync(
            "gateway", ForwardCase.Calls.GatewayPath, ports[1], Environment.ProcessPath!, ["full-gateway", $"{ports[1]}", $"http://127.0.0.1:{ports[0]}", controller.Address], cancellationToken);
        var memory = new List<double>();
        var counts = new SoakCounts();
        for (var sample = 0; sample < Samples; sample++)
        {
            // Rounded up: at least so many as were asked for.
            var share = (requests + (Samples * Clients) - 1) / (Samples * Clients);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client =>
                Task.Run(() => DriveAsync(gateway, share, new Random(Seed + (sample * Clients) + client), counts, cancellationToken), cancellationToken)));
            memory.Add(gateway.ResidentBytes() / 1e6);
            await Console.Error.WriteLineAsync($"{(sample + 1) * share * Clients} requests, {memory[^1]:F0} MB");
        }

        await SettleAsync(controller, counts, cancellationToken);
        var growth = memory[(3 * Samples / 4)..].Average() / memory[(Samples / 4)..(Samples / 2)].Average();
        await ResultFile.WriteAsync("soak.md", Describe(requests, memory, growth, counts, controller), cancellationToken);
        return growth <= MostGrowth && controller.Settled == counts.Sent ? 0 : 1;
    }

    private static async Task SettleAsync(StubController controller, SoakCounts counts, CancellationToken cancellationToken)
    {
        for (var second = 0; second < 60 && controller.Settled < counts.Sent; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static async Task DriveAsync(ProxyProcess gateway, int requests, Random random, SoakCounts counts, CancellationToken cancellationToken)
    {
        var whole = ChatCall.Whole.Request(gateway.Port, gateway.Path);
        var streamed = ChatCall.Streamed.Request(gateway.Port, gateway.Path, "text/event-stream");
        Socket? socket = null;
        try
        {
            for (var i = 0; i < requests; i++)
            {
                if (socket is null)
                {
                    socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync("127.0.0.1", gateway.Port, cancellationToken);
                }

                var stream = random.Next(4) == 0;
                var abort = random.Next(10) == 0;
                await socket.SendAsync(stream ? streamed : whole, cancellationToken);
                if (await ReadAsync(socket, stream, abort ? random.Next(1, stream ? 4000 : 1100) : int.MaxValue, cancellationToken))
                {
                    counts.Answered();
                    continue;
                }

                counts.Aborted();
                socket.Dispose();
                socket = null;
            }
        }
        finally
        {
            socket?.Dispose();
        }
    }

    /// <summary>False: left after <paramref name="most"/> bytes, before the end.</summary>
    private static async Task<bool> ReadAsync(Socket socket, bool stream, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        var got = 0;
        while (got < most)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(got, Math.Min(most, buffer.Length) - got), cancellationToken);
            if (read == 0 || !"HTTP/1.1 200"u8.StartsWith(buffer.AsSpan(0, Math.Min(got + read, 12))))
            {
                throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, got + read).Split('\r')[0]);
            }

            got += read;
            if (stream ? buffer.AsSpan(0, got).EndsWith("\r\n0\r\n\r\n"u8) : got >= LoadGenerator.LengthOf(buffer.AsSpan(0, got)) && got > 1024)
            {
                return true;
            }
        }

        return false;
    }

    private static string Describe(int requests, List<double> memory, double growth, SoakCounts counts, StubController controller)
    {
        var text = new StringBuilder("# Soak: many requests, some aborted\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- soak {requests}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Clients} clients, a quarter of the requests streamed, a tenth aborted after a random number of bytes of the answer; everything on.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| what | measured |\n| --- | ---: |\n| requests | {counts.Sent} |\n| of them aborted by the client | {counts.Gone} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| settlements, one a request | {controller.Settled} |\n| told twice | {controller.ToldAgain} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| resident memory, last quarter over the second | {growth:F2} (at most {MostGrowth} is wanted) |\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Resident memory in MB, {Samples} times on the way: {string.Join(", ", memory.Select(m => m.ToString("F0", CultureInfo.InvariantCulture)))}.\n");
        return text.ToString();
    }
}
