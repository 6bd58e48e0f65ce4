using System.Net;
using System.Net.Sockets;
using Sky.Cli.Client;
using Sky.Core;
using Sky.Core.Processes;
using Sky.Gateway.Hosting;
using Sky.Providers.Secrets;

namespace Sky.Cli.Hosting;

/// <summary>Puts the gateway together.</summary>
internal static class GatewayProcess
{
    /// <summary>The exit code.</summary>
    public static Task<int> RunAsync(CliContext context, Settings settings, CancellationToken cancellationToken)
    {
        if (FileLock.IsHeld(settings.Home.GatewayLock))
        {
            // Its ports are taken by that one: to say so of each would mislead.
            Say(context, GatewayHost.Other(settings.Home));
            return Task.FromResult(0);
        }

        ListenCheck.Gateway(settings);
        var options = Options(settings, settings.ControllerToken ?? OwnToken(settings)) with
        {
            TlsListen = TlsListen(context, settings),
            Sealer = new KeyRing(settings.Home.Keys, "gateway"),
            LookForToken = settings.ControllerToken is null ? () => PresentToken(settings) : null,
            OpenTelemetry = context.Environment.Where(pair => pair.Key.StartsWith("OTEL_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
            StartController = settings.ControllerUrl is null ? new Restarter(() => SkyProcesses.StartController(context, settings)).Start : null,
        };
        return GatewayHost.RunAsync(options, cancellationToken);
    }

    /// <summary>What the settings alone say; of addresses those that were asked for.</summary>
    public static GatewayOptions Options(Settings settings, string token) => new()
    {
        Home = settings.Home,
        Listen = settings.GatewayListen,
        TlsListen = settings.GatewayTlsIsSet ? settings.GatewayTlsListen : null,
        H2cListen = settings.GatewayH2cListen,
        MetricsListen = settings.GatewayMetricsListen,
        AccessLog = settings.GatewayAccessLog,
        TlsCert = settings.TlsCert,
        TlsKey = settings.TlsKey,
        Insecure = settings.Insecure,
        AllowAnonymous = settings.AllowAnonymous,
        Domain = settings.GatewayDomain,
        MaxBody = settings.GatewayMaxBody,
        Drain = TimeSpan.FromSeconds(settings.GatewayDrainSeconds),
        Controller = settings.ControllerUrl ?? ControllerInfo.OfRunning(settings.Home)?.Url ?? settings.ControllerListen,
        Token = token,
    };

    private static Uri? TlsListen(CliContext context, Settings settings)
    {
        if (settings.GatewayTlsIsSet)
        {
            return settings.GatewayTlsListen;
        }

        if (settings.GatewayListen.Scheme == Uri.UriSchemeHttps)
        {
            return null;
        }

        try
        {
            // Nobody asked for this port: that another program has it must not keep the gateway from serving.
            var host = settings.GatewayTlsListen.DnsSafeHost;
            var address = host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var given) ? given : IPAddress.Any;
            using var free = new TcpListener(address, settings.GatewayTlsListen.Port);
            free.Start();
            return settings.GatewayTlsListen;
        }
        catch (SocketException)
        {
            Say(context, $"No HTTPS: {settings.GatewayTlsListen.OriginalString} is taken. Set SKY_GATEWAY_TLS_LISTEN to have it elsewhere.");
            return null;
        }
    }

    /// <summary>To a log that may be on a full disk: that nobody hears it must not keep the gateway from serving.</summary>
    private static void Say(CliContext context, string text)
    {
        try
        {
            context.Screen.ErrorLine(text);
        }
        catch (IOException)
        {
        }
    }

    private static string? PresentToken(Settings settings)
    {
        try
        {
            return File.ReadAllText(settings.Home.Token).Trim() is var token && SkyHome.IsToken(token) ? token : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string OwnToken(Settings settings) => File.Exists(settings.Home.Token)
        ? File.ReadAllText(settings.Home.Token).Trim()
        : throw CliException.Failed($"There is no API token at {settings.Home.Token}: start the controller first, or set SKY_CONTROLLER_TOKEN.");
}
