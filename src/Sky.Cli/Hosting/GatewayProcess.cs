using Sky.Cli.Client;
using Sky.Gateway.Hosting;

namespace Sky.Cli.Hosting;

/// <summary>Puts the gateway together.</summary>
internal static class GatewayProcess
{
    /// <summary>The exit code.</summary>
    public static Task<int> RunAsync(CliContext context, Settings settings, CancellationToken cancellationToken)
    {
        var token = settings.ControllerToken ?? OwnToken(settings);
        var options = new GatewayOptions
        {
            Home = settings.Home,
            Listen = settings.GatewayListen,
            TlsListen = settings.GatewayTlsListen,
            H2cListen = settings.GatewayH2cListen,
            TlsCert = settings.TlsCert,
            TlsKey = settings.TlsKey,
            Insecure = settings.Insecure,
            Domain = settings.GatewayDomain,
            Controller = settings.ControllerUrl ?? ControllerInfo.OfRunning(settings.Home)?.Url ?? settings.ControllerListen,
            Token = token,
            StartController = settings.ControllerUrl is null ? new Restarter(() => SkyProcesses.StartController(context, settings)).Start : null,
        };
        return GatewayHost.RunAsync(options, cancellationToken);
    }

    private static string OwnToken(Settings settings) => File.Exists(settings.Home.Token)
        ? File.ReadAllText(settings.Home.Token).Trim()
        : throw CliException.Failed($"There is no API token at {settings.Home.Token}: start the controller first, or set SKY_CONTROLLER_TOKEN.");
}
