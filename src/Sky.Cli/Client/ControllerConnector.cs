using System.Globalization;
using Sky.Cli.Hosting;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Cli.Client;

/// <summary>Finds the controller a command talks to: the one of <c>SKY_CONTROLLER_URL</c>, else the one of this machine, started when needed.</summary>
internal sealed class ControllerConnector(CliContext context, Settings settings)
{
    /// <summary>Bytes of disk below which a start is taken to have failed for want of them: a database begins with about as many.</summary>
    private const long LeastRoom = 256 << 10;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The controller, started when it is the local one and does not run.</summary>
    public async Task<ControllerClient> ConnectAsync(CancellationToken cancellationToken) =>
        FindConfigured() ?? await FindAnsweringAsync(cancellationToken) ?? await StartAsync(cancellationToken);

    /// <summary>
    /// For commands that only look: null where there is no controller and never was a service, so that looking starts nothing.
    /// </summary>
    public async Task<ControllerClient?> ConnectToLookAsync(CancellationToken cancellationToken)
    {
        if (FindConfigured() is { } configured)
        {
            return configured;
        }

        if (ControllerInfo.OfRunning(settings.Home) is { } address)
        {
            return Local(address);
        }

        return File.Exists(settings.Home.Database) ? await ConnectAsync(cancellationToken) : null;
    }

    /// <summary>The running controller; null when there is none.</summary>
    public async Task<ControllerClient?> FindAsync(CancellationToken cancellationToken) =>
        FindConfigured() ?? await FindAnsweringAsync(cancellationToken);

    /// <summary>Starts the local controller in the background and waits until it answers.</summary>
    public async Task<ControllerClient> StartAsync(CancellationToken cancellationToken)
    {
        ListenCheck.Both(settings);
        var home = settings.Home;
        PrepareHome();
        context.Screen.ErrorLine("Starting the controller of this machine ...");
        var logStart = File.Exists(home.ControllerLog) ? new FileInfo(home.ControllerLog).Length : 0;
        var process = SkyProcesses.StartController(context, settings);
        var deadline = context.Time.GetUtcNow() + StartTime;
        var pause = FirstLook;
        while (context.Time.GetUtcNow() < deadline)
        {
            if (await FindStartedAsync(cancellationToken) is { } client)
            {
                return client;
            }

            if (process.HasExited && !FileLock.IsHeld(home.ControllerLock))
            {
                break;
            }

            await Task.Delay(pause, context.Time, cancellationToken);
            pause = pause * 1.5 > LongestPause ? LongestPause : pause * 1.5;
        }

        throw new ControllerUnreachableException(StartFailure(logStart, process.HasExited));
    }

    private void PrepareHome()
    {
        var home = settings.Home;
        try
        {
            Directory.CreateDirectory(home.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Delete(home.Stopped);
            using var log = new FileStream(home.ControllerLog, new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failed($"The folder {home.Root} (SKY_HOME) cannot be written: {failure.Message}");
        }
    }

    private ControllerClient Local(ControllerAddress address) => new(address, () => ControllerInfo.OfRunning(settings.Home));

    private ControllerClient? FindConfigured() => settings.ControllerUrl is { } url
        ? new ControllerClient(new ControllerAddress(url, ConfiguredToken()))
        : null;

    private string ConfiguredToken()
    {
        if (settings.ControllerToken is { } token)
        {
            return SkyHome.IsToken(token) ? token : throw CliException.InputWrong("SKY_CONTROLLER_TOKEN holds signs that no token has.");
        }

        return File.Exists(settings.Home.Token) ? ControllerInfo.Token(settings.Home.Token) : "";
    }

    private async Task<ControllerClient?> FindAnsweringAsync(CancellationToken cancellationToken)
    {
        if (ControllerInfo.OfRunning(settings.Home) is not { } address)
        {
            return null;
        }

        var client = Local(address);
        return await client.AnswersAsync(cancellationToken) ? client : null;
    }

    // What an earlier one left may be damaged until the new one has written its own.
    private async Task<ControllerClient?> FindStartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FindAnsweringAsync(cancellationToken);
        }
        catch (ControllerUnreachableException)
        {
            return null;
        }
    }

    private string StartFailure(long logStart, bool ended)
    {
        var log = settings.Home.ControllerLog;
        var what = ended
            ? "The controller could not start."
            : string.Create(CultureInfo.InvariantCulture, $"The controller did not answer within {StartTime.TotalSeconds} seconds.");
        var lines = LastLines(log, logStart);
        if (new DriveInfo(settings.Home.Root).AvailableFreeSpace < LeastRoom)
        {
            what = $"{what} The disk that holds {settings.Home.Root} is full: free some space.";
        }

        return lines.Length == 0 ? $"{what} Its log is {log}." : $"{what} The end of {log}:\n{lines}";
    }

    private static string LastLines(string path, long from)
    {
        const int Most = 20;
        if (!File.Exists(path))
        {
            return "";
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Min(from, stream.Length);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(Most).Select(line => $"  {line}")).TrimEnd();
    }
}
