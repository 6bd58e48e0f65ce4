using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Reconciling;

namespace Sky.Controller.Hosting;

/// <summary>
/// Keeps a log that this process writes through its standard output from growing for ever: when it is large, it is copied to
/// <c>.1</c> and cut to nothing (it is open for appending, so it cannot be renamed away). Lines written in that moment may be lost.
/// </summary>
internal sealed partial class LogRotation(string path, TimeProvider time, ILogger<LogRotation> logger) : BackgroundService
{
    public const long Largest = 16L << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var signal = new Signal(time);
        try
        {
            while (true)
            {
                Rotate();
                await signal.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One look.</summary>
    public void Rotate()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length < Largest)
            {
                return;
            }

            File.Copy(path, path + ".1", overwrite: true);
            using var cut = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(path, e.Message);
        }
    }

    [LoggerMessage(2035, LogLevel.Warning, "{Path} cannot be rotated: {Reason}")]
    private partial void LogFailed(string path, string reason);
}
