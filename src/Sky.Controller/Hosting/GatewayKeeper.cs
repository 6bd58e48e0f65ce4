using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Reconciling;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Controller.Hosting;

/// <summary>Brings the gateway of this machine back when nobody holds its lock, unless it was stopped on purpose.</summary>
/// <param name="home">Whose gateway.</param>
/// <param name="startGateway">Starts one in the background.</param>
/// <param name="serves">Done once this controller serves: one that cannot must leave no gateway behind, which would bring it up later.</param>
/// <param name="trouble">Told when gateways come and go.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class GatewayKeeper(
    SkyHome home, Action startGateway, Task serves, GatewayTrouble trouble, TimeProvider time, ILogger<GatewayKeeper> logger) : BackgroundService
{
    /// <summary>Starts in a row that are tried a second apart; after that the pause doubles up to <see cref="LongestPause"/>.</summary>
    public const int QuickStarts = 4;

    public static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a gateway may take to its lock before another one is started. One too many is harmless: the lock lets one live.</summary>
    public static readonly TimeSpan Coming = TimeSpan.FromMilliseconds(900);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>One that has had its lock for so long serves: one that cannot listen ends sooner.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private bool _known;
    private DateTimeOffset? _heldSince;
    private int _starts;
    private DateTimeOffset _notBefore;

    /// <summary>One look: starts a gateway when one is missing and its turn has come.</summary>
    public void Look()
    {
        var now = time.GetUtcNow();
        if (FileLock.IsHeld(home.GatewayLock))
        {
            NoteHeld(now);
            return;
        }

        _heldSince = null;
        if (now < _notBefore || File.Exists(home.Stopped))
        {
            return;
        }

        if (_known)
        {
            trouble.Ended();
        }

        _known = true;
        _starts++;
        _notBefore = now + Pause(_starts);
        Start();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var signal = new Signal(time);
        try
        {
            await serves.WaitAsync(stoppingToken);
            while (true)
            {
                Look();
                await signal.WaitAsync(LookPeriod, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan Pause(int starts)
    {
        var pause = Coming * Math.Pow(2, Math.Clamp(starts - QuickStarts, 0, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    private void NoteHeld(DateTimeOffset now)
    {
        if (!_known)
        {
            _known = true;
            trouble.Begin();
        }

        _heldSince ??= now;
        if (now - _heldSince >= Settled)
        {
            (_starts, _notBefore) = (0, default);
            trouble.Serves();
        }
    }

    private void Start()
    {
        try
        {
            trouble.Begin();
            startGateway();
            LogStarted(_starts);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            LogFailed(_starts, e.Message);
        }
    }

    [LoggerMessage(2030, LogLevel.Information, "the gateway was not running: started it (start {Start} in a row)")]
    private partial void LogStarted(int start);

    [LoggerMessage(2031, LogLevel.Error, "the gateway cannot be started (start {Start} in a row): {Reason}")]
    private partial void LogFailed(int start, string reason);
}
