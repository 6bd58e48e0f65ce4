using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.Routing;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.AccessLog;

namespace Sky.Bench.Telemetry;

/// <summary>What it costs a request, on its own way, that it is counted, logged and traced; without the network.</summary>
internal static class TelemetryBenchmark
{
    private const int Requests = 10_000;
    private const int Rounds = 40;
    private const double MostMicroseconds = 3;

    /// <summary>Returns 1 when metrics and access log cost a request more than is wanted.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# Telemetry: what it costs a request\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- telemetry` on {ResultFile.Machine}.\n");
        text.Append("A streamed chat of 100 pieces: everything that is told of it, from its start to its end, on the request's own way. ");
        text.Append(CultureInfo.InvariantCulture, $"Best of {Rounds} rounds; the request's own objects are in the first line, and are to be taken off the others.\n\n");
        text.Append("| with | µs a request | bytes allocated |\n| --- | ---: | ---: |\n");

        // Once for nothing: the runtime compiles what is hot anew.
        Measure(new TelemetryBed(served: true, log: true, traces: true), tell: true);
        var objects = Measure(new TelemetryBed(served: false, log: false, traces: false), tell: false);
        Add("nothing told: the request's own objects", objects);
        Add("metrics, when nobody reads them", Measure(new TelemetryBed(served: false, log: false, traces: false), tell: true));
        Add("metrics, as they are served", Measure(new TelemetryBed(served: true, log: false, traces: false), tell: true));
        var all = Measure(new TelemetryBed(served: true, log: true, traces: false), tell: true);
        Add("metrics and access log (the default)", all);
        Add("metrics, access log and traces (two spans)", Measure(new TelemetryBed(served: true, log: true, traces: true), tell: true));
        var line = Line();
        Add("making the line of the access log, in another thread", line);
        var cost = all.Microseconds - objects.Microseconds;
        text.Append(CultureInfo.InvariantCulture, $"\nBy default a request costs {cost:F2} µs more than if nothing were told (wanted: at most {MostMicroseconds}). ");
        text.Append(CultureInfo.InvariantCulture, $"The processor time of the line comes on top: {line.Microseconds:F2} µs, ");
        text.Append("and its share of a write to the file, five times a second. Sending spans is not in these figures.\n");
        await ResultFile.WriteAsync("telemetry.md", text.ToString(), cancellationToken);
        return cost <= MostMicroseconds ? 0 : 1;

        void Add(string what, (double Microseconds, double Bytes) cost) =>
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {cost.Microseconds:F2} | {cost.Bytes:F0} |\n");
    }

    private static (double Microseconds, double Bytes) Measure(TelemetryBed bed, bool tell)
    {
        using (bed)
        {
            return Best(() => One(bed, tell));
        }
    }

    private static (double Microseconds, double Bytes) Line()
    {
        using var bed = new TelemetryBed(served: true, log: false, traces: false);
        var (request, lines) = (One(bed, tell: true), new ArrayBufferWriter<byte>());
        return Best(() =>
        {
            AccessLine.Write(request, lines);
            lines.ResetWrittenCount();
        });
    }

    private static (double Microseconds, double Bytes) Best(Action one)
    {
        var (best, bytes) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            for (var number = 0; number < Requests; number++)
            {
                one();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / Requests);
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Requests);
        }

        return (best, bytes);
    }

    private static RequestTelemetry One(TelemetryBed bed, bool tell)
    {
        bed.Context.Response.Headers.Clear();
        var request = new GatewayRequest(bed.Context, "/v1/chat/completions") { Call = bed.Call };
        if (!tell)
        {
            return request.Telemetry;
        }

        bed.Stage.Begin(request);
        request.Route = new RouteMatch(bed.Service, request.Target, 0);
        request.Telemetry.Service = bed.Service;
        bed.Stage.Admitted(request);
        request.Telemetry.Sending(bed.Replica);
        request.Telemetry.Reserved(bed.Service, journaled: true);
        for (var piece = 0; piece < 100; piece++)
        {
            request.Telemetry.Read(200);
        }

        request.Telemetry.AttemptEnded(ForwardOutcome.Completed, 200);
        request.Telemetry.Settled(bed.Service, bed.Settlement);
        bed.Stage.End(request);
        return request.Telemetry;
    }
}
