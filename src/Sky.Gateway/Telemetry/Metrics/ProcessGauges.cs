using System.Diagnostics;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>
/// What the gateway's own process uses, under the names that Prometheus' clients give it, so that the usual panels and alerts find it. Read when somebody asks.
/// </summary>
internal sealed class ProcessGauges
{
    private const string OpenFiles = "/proc/self/fd";
    private const string FileLimits = "/proc/self/limits";
    private const string FileLimit = "Max open files";

    private readonly double _started;

    public ProcessGauges(GatewayInstruments instruments)
    {
        using var process = Process.GetCurrentProcess();
        _started = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        var meter = instruments.Meter;
        meter.CreateObservableCounter("process.cpu", CpuSeconds, "s", "Time that the gateway's process has had of processors, user and system.");
        meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Memory of the gateway's process that is in use and not swapped out.");
        meter.CreateObservableGauge("process.start_time", () => _started, "s", "When the gateway's process started, since 1970.");
        meter.CreateObservableCounter("dotnet.gc.pause.time", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which the garbage collector has stopped the gateway.");
        if (Directory.Exists(OpenFiles))
        {
            meter.CreateObservableGauge("process.open_fds", () => (long)Directory.EnumerateFileSystemEntries(OpenFiles).Count(), null, "Files and connections that the gateway's process has open.");
            var most = MostFiles();
            meter.CreateObservableGauge("process.max_fds", () => most, null, "How many it may have open.");
        }
    }

    private static double CpuSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>The soft limit; no limit is the largest number.</summary>
    private static long MostFiles()
    {
        var line = File.ReadLines(FileLimits).FirstOrDefault(line => line.StartsWith(FileLimit, StringComparison.Ordinal));
        return long.TryParse(line?[FileLimit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), out var most) ? most : long.MaxValue;
    }
}
