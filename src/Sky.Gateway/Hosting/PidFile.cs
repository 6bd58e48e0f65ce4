using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Processes;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Hosting;

/// <summary>
/// The file that says which process the gateway of this home is. A full disk does not keep a gateway from serving: the file is written as soon
/// as it can be, and until then the mark of those who stop everything is looked for here, since they cannot ask this process by its pid.
/// </summary>
internal sealed partial class PidFile(
    SkyHome home, DiskTrouble trouble, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PidFile> logger) : BackgroundService
{
    /// <summary>Between the look at the mark and the start of a gateway, at its keeper's.</summary>
    private static readonly TimeSpan StartSlack = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private volatile bool _written;

    /// <summary>
    /// Whoever stops the processes of this machine leaves a mark and then asks the gateway by its pid, which one that is still starting has
    /// not told yet. A mark from before this start is no business of one that a person starts.
    /// </summary>
    public bool StoppedMeanwhile
    {
        get
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            return File.Exists(home.Stopped) && File.GetLastWriteTimeUtc(home.Stopped) > self.StartTime.ToUniversalTime() - StartSlack;
        }
    }

    /// <summary>Writes the file, once this gateway serves.</summary>
    public void Write()
    {
        try
        {
            WriteOrMakeRoom();
            _written = true;
            trouble.Clear(home.GatewayPid);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (trouble.Note(home.GatewayPid, failure.Message))
            {
                CannotWrite(logger, home.GatewayPid, failure.Message);
            }
        }
    }

    /// <summary>This gateway is over.</summary>
    public void Remove() => File.Delete(home.GatewayPid);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!lifetime.ApplicationStarted.IsCancellationRequested)
            {
                continue;
            }

            if (!_written)
            {
                Write();
            }

            if (_written)
            {
                return;
            }

            if (StoppedMeanwhile)
            {
                lifetime.StopApplication();
                return;
            }
        }
    }

    private void WriteOrMakeRoom()
    {
        var content = Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n";
        try
        {
            AtomicFile.Write(home.GatewayPid, content);
        }
        catch (IOException) when (File.Exists(home.GatewayPid))
        {
            // What is there is the pid of one that was killed, and takes the room that this one needs.
            File.Delete(home.GatewayPid);
            AtomicFile.Write(home.GatewayPid, content);
        }
    }

    [LoggerMessage(4066, LogLevel.Error, "Cannot write {File}: {Reason}; requests are served, and it is tried again every second")]
    private static partial void CannotWrite(ILogger logger, string file, string reason);
}
