using Sky.Controller.Hosting;
using Sky.Core.Engines;
using Sky.Providers.Clouds.Local;
using Sky.Providers.Engines.Process;

namespace Sky.Cli.Hosting;

/// <summary>Puts the controller together: this machine as the cloud, processes as the engine.</summary>
internal static class ControllerProcess
{
    /// <summary>The exit code.</summary>
    public static Task<int> RunAsync(CliContext context, Settings settings, CancellationToken cancellationToken)
    {
        ListenCheck.Both(settings);
        var engine = new ProcessEngine(settings.Home, [.. context.Self, "internal-runner"], context.Time);
        var options = new ControllerOptions
        {
            Home = settings.Home,
            Listen = settings.ControllerListen,
            GatewayUrl = settings.GatewayUrl,
            GatewayTlsUrl = settings.GatewayTlsUrl,
            StartGateway = new Restarter(() => SkyProcesses.StartGateway(context, settings)).Start,
        };
        return ControllerHost.RunAsync(options, new EngineSet(engine), [new LocalCloud()], cancellationToken);
    }
}
