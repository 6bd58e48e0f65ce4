using Sky.Controller.Hosting;
using Sky.Core.Secrets;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws;
using Sky.Providers.Clouds.Azure;
using Sky.Providers.Clouds.Local;
using Sky.Providers.Clouds.Sim;
using Sky.Providers.Clouds.Swarm;
using Sky.Providers.Engines.Process;
using Sky.Providers.Engines.Swarm;
using Sky.Providers.Secrets;
using Sky.Providers.Images;
using Sky.Providers.Metrics;

namespace Sky.Cli.Hosting;

/// <summary>Puts the controller together: the clouds and engines there are.</summary>
internal static class ControllerProcess
{
    /// <summary>The exit code.</summary>
    public static Task<int> RunAsync(CliContext context, Settings settings, CancellationToken cancellationToken)
    {
        ListenCheck.Both(settings);
        var docker = new DockerParts(context, settings);
        var process = new ProcessEngine(settings.Home, [.. context.Self, "internal-runner"], context.Time);
        var bought = new BoughtNodes(context, settings);
        var options = new ControllerOptions
        {
            Home = settings.Home,
            Listen = settings.ControllerListen,
            NodeListen = settings.ControllerNodeListen,
            NodeProgram = bought.Program,
            GatewayUrl = settings.GatewayUrl,
            Secrets = new SecretResolver([new AwsSecrets(new HttpClient(), context.Time), new AzureSecrets()]),
            Metrics = [new PrometheusMetrics(), new CloudWatchMetrics(new HttpClient { Timeout = TimeSpan.FromSeconds(8) }, context.Variable, context.Time), new AzureMonitorMetrics(context.Time)],
            Variable = context.Variable,
            GatewayTlsUrl = settings.GatewayTlsUrl,
            Images = new ImageTools(context.Environment, context.Time).Resolver,
            BaseImage = settings.DockerBaseImage,
            StartGateway = new Restarter(() => SkyProcesses.StartGateway(context, settings)).Start,
        };
        return ControllerHost.RunAsync(
            options,
            new KeyRing(settings.Home.Keys, "store"),
            around =>
            {
                var clusters = new SwarmClusters(around.Clusters, new AgentConnections(settings.Home, context.Time).OpenAsync, around.Owner, settings.DockerBaseImage, context.Time);
                return new ControllerEngines
                {
                    Engines = new AllEngines([process, .. docker.Engines(around.Owner)], clusters),
                    Clouds =
                    [
                        new LocalCloud(), docker.Cloud(), new SwarmCloud(around.Clusters, clusters),
                        bought.Open(new AwsCloud(settings.Aws, around.Owner, new CatalogFolder(settings.Home), context.Variable, context.Time)),
                        bought.Open(new AzureCloud(settings.Azure, around.Owner, new CatalogFolder(settings.Home), context.Time)),
                        bought.Open(new SimCloud(settings.Sim(), settings.Home.Simulated, context.Time, around.Owner)),
                    ],
                    UserData = bought.UserData,
                    Clusters = clusters,
                };
            },
            cancellationToken);
    }
}
