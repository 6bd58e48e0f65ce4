using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Reconciling;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Controller.Hosting;

/// <summary>Brings the gateway of this machine back when nobody holds its lock, unless it was stopped on purpose.</summary>
internal sealed partial class GatewayKeeper(SkyHome home, Action startGateway, TimeProvider time, ILogger<GatewayKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a gateway may take to its lock before another one is started; doubles with each that never came so far.</summary>
    private static readonly TimeSpan Coming = TimeSpan.FromSeconds(3);

    private const int MostDoublings = 5;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var signal = new Signal(time);
        var failed = 0;
        DateTimeOffset notBefore = default;
        try
        {
            while (true)
            {
                if (FileLock.IsHeld(home.GatewayLock))
                {
                    (failed, notBefore) = (0, default);
                }
                else if (time.GetUtcNow() >= notBefore && !File.Exists(home.Stopped))
                {
                    Start();
                    notBefore = time.GetUtcNow() + (Coming * Math.Pow(2, Math.Min(failed++, MostDoublings)));
                }

                await signal.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Start()
    {
        try
        {
            startGateway();
            LogStarted();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            LogFailed(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "the gateway was not running: started it")]
    private partial void LogStarted();

    [LoggerMessage(LogLevel.Error, "the gateway cannot be started: {Reason}")]
    private partial void LogFailed(string reason);
}
