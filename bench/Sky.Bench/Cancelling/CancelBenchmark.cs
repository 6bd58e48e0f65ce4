using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;

namespace Sky.Bench.Cancelling;

/// <summary>How soon a replica hears that a client left, for each thing that its request may be waiting for.</summary>
internal static class CancelBenchmark
{
    private const int Rounds = 100;
    private const double MostMilliseconds = 100;

    /// <summary>Returns 1 when a cancellation took longer than wanted.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# How soon a replica hears that its client left\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- cancel` on {ResultFile.Machine}.\n");
        text.Append("From the moment the client closes its connection until the replica's server says that the request is aborted; queued, until it has\n");
        text.Append(CultureInfo.InvariantCulture, $"left the queue; connecting, until the attempt is given up. {Rounds} rounds each, client, gateway and replica in one process.\n\n");
        text.Append("| the request | median | slowest |\n| --- | ---: | ---: |\n");
        var reached = true;
        foreach (var window in CancelWindow.All)
        {
            var times = await MeasureAsync(window, cancellationToken);
            Array.Sort(times);
            reached &= times[^1] < MostMilliseconds;
            text.Append(CultureInfo.InvariantCulture, $"| {window.Name} | {times[times.Length / 2]:F2} ms | {times[^1]:F2} ms |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nWanted: each within {MostMilliseconds} ms.\n");
        await ResultFile.WriteAsync("cancel.md", text.ToString(), cancellationToken);
        return reached ? 0 : 1;
    }

    private static async Task<double[]> MeasureAsync(CancelWindow window, CancellationToken cancellationToken)
    {
        using var deaf = window.Connects ? null : await DeafListener.StartAsync();
        await using var bed = new GatewayTestBed { Options = o => o with { ConnectTimeout = TimeSpan.FromHours(1) } };
        var replica = new CancelReplica(window);
        await bed.StartAsync(window.HasReplica && window.Connects ? [replica.AnswerAsync] : []);
        if (deaf is not null)
        {
            await bed.PublishAsync(bed.Endpoints() with { Replicas = [deaf.Endpoint] });
        }

        var times = new double[Rounds];
        for (var round = -3; round < Rounds; round++)
        {
            var (waiting, over) = replica.Next();
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(bed.Address.Host, bed.Address.Port, cancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(window.Request(bed.Address.Authority)), cancellationToken);
            await (window switch
            {
                { HasReplica: false } => GatewayTestBed.UntilAsync(() => bed.Held == 1),
                { Connects: false } => GatewayTestBed.UntilAsync(() => bed.InFlight == 1),
                _ => waiting,
            });

            // Until what is under way has come to rest.
            await Task.Delay(5, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            socket.Close();
            var ended = window is { HasReplica: true, Connects: true } ? await over : Rest(bed);
            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(began, ended).TotalMilliseconds;
            }
        }

        return times;
    }

    private static long Rest(GatewayTestBed bed)
    {
        SpinWait.SpinUntil(() => bed is { Held: 0, InFlight: 0 });
        return Stopwatch.GetTimestamp();
    }
}
