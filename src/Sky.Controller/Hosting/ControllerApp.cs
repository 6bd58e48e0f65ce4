using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Api;
using Sky.Controller.Clusters;
using Sky.Controller.Keys;
using Sky.Controller.Launching;
using Sky.Controller.Launching.Orphans;
using Sky.Controller.Nodes;
using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Controller.Reconciling;
using Sky.Controller.Scaling.Metrics;
using Sky.Controller.Traffic;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Hosting;

/// <summary>The controller as a web application: its parts, its loops and its API.</summary>
internal static class ControllerApp
{
    private const long LargestBody = 16L << 20;

    public static WebApplication Build(ControllerOptions options, IStore store, IKeyStore keys, IUsageStore usage, IExperimentStore experiments, ControllerEngines engines, string token, INodeStore nodes, ClusterChanges clusters, INodeLaunchStore launches)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = options.Home.Root });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(Address(options.Listen), options.Listen.Port);
        });
        AddLogging(builder.Logging);
        var services = builder.Services;
        services.AddSingleton(keys);
        services.AddSingleton(usage);
        services.AddSingleton(experiments);
        services.AddSingleton(new AnswerBook());
        services.AddSingleton<KeyChanges>();
        services.AddSingleton<IBudgetHistory, UsageBudgetHistory>();
        services.AddSingleton<LimitBooks>();
        services.AddHostedService<KeyPublisher>();
        AddParts(services, options, store, launches, engines, clusters, token);
        services.AddRoutingCore();
        services.AddOpenApi();
        services.Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        services.AddHostedService(provider => provider.GetRequiredService<ControlPlane>().Loop);
        services.AddHostedService(provider => provider.GetRequiredService<ControlPlane>().ProbeLoop);
        services.AddHostedService(provider => provider.GetRequiredService<ControlPlane>().EngineWatch);
        services.AddHostedService(provider => provider.GetRequiredService<ControlPlane>().NodeLauncher!);
        services.AddSingleton<ReplicaMetricReader>();
        services.AddHostedService(provider => new MetricWatch(
            provider.GetRequiredService<MetricBook>(), options.Metrics, provider.GetRequiredService<ReplicaMetricReader>(), provider.GetRequiredService<WorkQueue>(),
            options.Variable, TimeProvider.System, provider.GetRequiredService<ILogger<MetricWatch>>()));
        AddKeepers(services, options);
        AddNodes(services, options, nodes, engines.Clusters, clusters);

        var app = builder.Build();
        var errors = app.Services.GetRequiredService<ApiErrors>();
        app.Use(next => context => errors.InvokeAsync(context, next));
        app.UseRouting();
        ApiRoutes.Map(app);
        return app;
    }

    /// <summary>Where it listens, with the port it was really given.</summary>
    public static string Url(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static IPAddress Address(Uri listen) =>
        IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) ? address : IPAddress.Loopback;

    private static void AddParts(
        IServiceCollection services, ControllerOptions options, IStore store, INodeLaunchStore launches, ControllerEngines engines, ClusterChanges clusters, string token)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options.Home);
        services.AddSingleton(options.Secrets);
        services.AddSingleton(store);
        services.AddSingleton(launches);
        services.AddSingleton(engines.Engines);
        services.AddSingleton(new NodeCredentials(options.Home.ControllerCertificate, options.Home.CaCertificate));
        services.AddSingleton<HttpProber>();
        services.AddSingleton(provider => new ControlPlane(new ControlPlaneParts
        {
            Options = options,
            Store = store,
            Experiments = provider.GetRequiredService<IExperimentStore>(),
            Engines = engines.Engines,
            Clouds = engines.Clouds,
            Clusters = clusters,
            Launches = launches,
            ClusterChanges = clusters,
            Enrolments = provider.GetRequiredService<NodeEnrolments>(),
            UserData = engines.UserData,
            Prober = provider.GetRequiredService<HttpProber>(),
            Ports = new LoopbackPortCheck(),
            Logs = provider.GetRequiredService<ILoggerFactory>(),
        }));
        AddFromPlane(services, plane => plane.Queue);
        AddFromPlane(services, plane => plane.Probes);
        AddFromPlane(services, plane => plane.Gateways);
        AddFromPlane(services, plane => plane.Publications);
        AddFromPlane(services, plane => plane.Placements);
        AddFromPlane(services, plane => plane.EngineWatch);
        AddFromPlane(services, plane => plane.Orphans);
        AddFromPlane(services, plane => plane.Nodes);
        AddFromPlane(services, plane => plane.Metrics);
        services.AddSingleton(s => new GatewayTrouble(options.Home, () => new DriveInfo(options.Home.Root).AvailableFreeSpace));
        services.AddSingleton<NodesGivenBack>();
        services.AddSingleton((IOrphanStore)launches);
        services.AddSingleton(new StoreMarks(options.Home.StoreMark));
        services.AddSingleton(new OrphanCalls(engines.Clouds, TimeProvider.System));
        services.AddSingleton<OrphanKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<OrphanKeeper>());
        services.AddSingleton<Workdirs>();
        services.AddSingleton(new VersionImages(options.Images, options.BaseImage, TimeProvider.System));
        services.AddSingleton<ServiceChanges>();
        services.AddSingleton<ServiceReader>();
        services.AddSingleton(new ApiGuard(token, options.Listen.Host));
        services.AddSingleton<ApiErrors>();
        services.AddSingleton(provider => Identity(options, provider));
    }

    private static void AddNodes(IServiceCollection services, ControllerOptions options, INodeStore nodes, IClusterControl control, ClusterChanges clusters)
    {
        services.AddSingleton(nodes);
        services.AddSingleton(options);
        services.AddSingleton(control);
        services.AddSingleton<IClusterJoin>(control);
        services.AddSingleton(clusters);
        services.AddSingleton<ClusterViews>();
        services.AddHostedService<ClusterKeeper>();
        services.AddSingleton<NodeAuthority>();
        services.AddSingleton<NodeEnrolments>();
        services.AddHostedService<CertificateKeeper>();
        if (options.NodeListen is { } listen)
        {
            services.AddSingleton(provider => new NodeListener(
                listen, options.Home, provider.GetRequiredService<NodeAuthority>(), provider.GetRequiredService<NodeEnrolments>(), TimeProvider.System, provider.GetRequiredService<ILoggerFactory>())
            {
                Program = options.NodeProgram,
            });
            services.AddHostedService(provider => provider.GetRequiredService<NodeListener>());
        }
    }

    private static void AddKeepers(IServiceCollection services, ControllerOptions options)
    {
        services.AddHostedService(provider => new LogRotation(
            options.Home.ControllerLog, TimeProvider.System, provider.GetRequiredService<ILogger<LogRotation>>()));
        if (options.StartGateway is { } start)
        {
            services.AddHostedService(provider => new GatewayKeeper(
                options.Home, start, Started(provider), provider.GetRequiredService<GatewayTrouble>(), TimeProvider.System,
                provider.GetRequiredService<ILogger<GatewayKeeper>>()));
        }
    }

    private static Task Started(IServiceProvider provider)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        return started.Task;
    }

    private static void AddFromPlane<T>(IServiceCollection services, Func<ControlPlane, T> part)
        where T : class => services.AddSingleton(provider => part(provider.GetRequiredService<ControlPlane>()));

    private static ControllerIdentity Identity(ControllerOptions options, IServiceProvider provider) => new()
    {
        Home = options.Home,
        Url = provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? options.Listen.GetLeftPart(UriPartial.Authority),
        GatewayUrl = options.GatewayUrl,
        Version = typeof(ControllerApp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
        Pid = Environment.ProcessId,
        StartedAt = TimeProvider.System.GetUtcNow(),
    };

    private static void AddLogging(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)

        // It would print a stack trace before the sentence that says what is wrong.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
}
