using Microsoft.Extensions.Logging;
using Sky.Core;

namespace Sky.Gateway.Endpoints;

/// <summary>Brings back the controller of this machine, at most once a second, unless it was stopped on purpose.</summary>
internal sealed partial class ControllerStarter(SkyHome home, Action? start, TimeProvider time, ILogger<ControllerStarter> logger)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private long? _last;

    public void StartIfDown()
    {
        if (start is null || File.Exists(home.Stopped) || (_last is { } last && time.GetElapsedTime(last) < Least))
        {
            return;
        }

        _last = time.GetTimestamp();
        try
        {
            start();
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            CannotStart(logger, failure.Message);
        }
    }

    [LoggerMessage(4022, LogLevel.Warning, "Cannot start the controller: {Reason}")]
    private static partial void CannotStart(ILogger logger, string reason);
}
