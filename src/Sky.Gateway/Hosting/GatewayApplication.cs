using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Metering;
using Sky.Core.Nodes.Certificates;
using Sky.Gateway.Admission;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Feedback;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Forwarding.Mirroring;
using Sky.Gateway.Health;
using Sky.Gateway.Health.Outliers;
using Sky.Gateway.Health.ReplicaMetrics;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Metering;
using Sky.Gateway.Metering.Journal;
using Sky.Gateway.Reporting;
using Sky.Gateway.Reporting.Arms;
using Sky.Gateway.Routing;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.AccessLog;
using Sky.Gateway.Telemetry.Metrics;
using Sky.Gateway.Telemetry.Tracing;

namespace Sky.Gateway.Hosting;

/// <summary>Puts a gateway together.</summary>
internal static class GatewayApplication
{
    /// <param name="options">How it runs.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gateway">The name of this run in reports.</param>
    /// <param name="logging">Where logs go.</param>
    public static WebApplication Build(
        GatewayOptions options, IReadOnlyList<ListenAddress> addresses, TimeProvider time, string gateway, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "sky-gateway" });
        ConfigureLogging(builder.Logging, logging);
        AddServices(builder.Services, options, time, gateway);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>()
            .Configure<CertificateStore>((kestrel, certificates) => KestrelSetup.Apply(kestrel, addresses, certificates, options));

        var application = builder.Build();
        application.Services.GetRequiredService<SnapshotKeeper>().Load();
        application.Services.GetRequiredService<MetricsEndpoint>().Attach(application, hasOwnAddress: options.MetricsListen is not null);
        application.Run(application.Services.GetRequiredService<GatewayPipeline>().HandleAsync);
        return application;
    }

    private static void ConfigureLogging(ILoggingBuilder logging, Action<ILoggingBuilder> where)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // It would print a stack trace before the sentence that says what is wrong.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // These would write URLs, and the first also opens an activity for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Yarp", LogLevel.None);
        logging.AddFilter("System.Net.Http", LogLevel.None);
        where(logging);
    }

    private static void AddServices(IServiceCollection services, GatewayOptions options, TimeProvider time, string gateway)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Home);
        services.AddSingleton(time);
        services.AddSingleton(new ForwardingLimits(options.ConnectTimeout, options.HeadersTimeout));
        services.AddSingleton(_ => new ControllerClient(options.Controller, options.Token, options.LookForToken, time));
        services.AddHttpForwarder();
        services.AddSingleton<ReportSignal>();
        services.AddSingleton<DiskTrouble>();
        services.AddSingleton<KeyTable>();
        services.AddSingleton<LocalNames>();
        services.AddSingleton<KeyCheck>();
        services.AddSingleton<RoundTrips>();
        services.AddSingleton<EndpointTable>();
        services.AddSingleton(s => new ServiceRouter(s.GetRequiredService<EndpointTable>(), options.Domain));
        services.AddSingleton(new ModelCallReader(options.MaxBody, new BodyRoom(options.BodyRoom)));
        services.AddSingleton<ModelIndex>();
        services.AddSingleton<ModelRouter>();
        services.AddSingleton<ResponseMap>(_ => new ResponseMap());
        services.AddSingleton<ResponseSearch>();
        services.AddSingleton<ResponsePins>();
        services.AddSingleton<RoutingStage>();
        services.AddSingleton<FallbackChain>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<CertificateStore>(s, ServiceRouter.Suffix(options.Domain)));
        services.AddSingleton<LimitGate>();
        services.AddSingleton<IMeter, LimitMeter>();
        services.AddSingleton<IMeter, TelemetryMeter>();
        services.AddSingleton<GatewayInstruments>();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<GatewayGauges>();
        services.AddSingleton<ProcessGauges>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton(new OtlpSettings(options.OpenTelemetry, gateway));
        services.AddSingleton<RequestTracing>();
        services.AddSingleton(new RequestIds(Guid.NewGuid().ToString("n")[..12]));
        services.AddSingleton(s => new AccessLogWriter(
            AccessSinks.Of(options.AccessLog), s.GetRequiredService<GatewayMetrics>(), s.GetRequiredService<DiskTrouble>(), time, s.GetRequiredService<ILogger<AccessLogWriter>>()));
        services.AddHostedService(s => s.GetRequiredService<AccessLogWriter>());
        services.AddSingleton<TelemetryStage>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<DecisionStage>();
        services.AddSingleton<WatchState>();
        services.AddSingleton<LimitReporter>();
        services.AddSingleton<HomeName>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton(new NodeCredentials(options.Home.GatewayCertificate, options.Home.CaCertificate));
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<ReplicaProbe>();
        services.AddSingleton<ForwardLog>();
        services.AddSingleton<RequestForwarder>();
        services.AddSingleton<GatewayPipeline>();
        services.AddSingleton(s => new ReportBuilder(
            s.GetRequiredService<EndpointTable>(), s.GetRequiredService<ModelIndex>(), s.GetRequiredService<LimitReporter>(), s.GetRequiredService<HomeName>(), gateway, () => Listens(s, options),
            () => s.GetRequiredService<DiskTrouble>().Sentence, time));
        services.AddSingleton(s => new ControllerStarter(options.Home, options.StartController, time, s.GetRequiredService<ILogger<ControllerStarter>>()));
        services.AddSingleton(s => new VocabularyCounter(VocabularyCounter.LoadO200k, s.GetRequiredService<ILogger<VocabularyCounter>>()));
        services.AddSingleton<ITokenCounter>(s => s.GetRequiredService<VocabularyCounter>());
        services.AddHostedService(s => s.GetRequiredService<VocabularyCounter>());
        services.AddSingleton<MeteringStage>();
        services.AddSingleton(new AnswerMap());
        services.AddSingleton<FeedbackStage>();
        services.AddSingleton<ArmBook>();
        services.AddSingleton<ArmStage>();
        services.AddSingleton<MirrorQueue>();
        services.AddSingleton(s => new MirrorStage(s.GetRequiredService<MirrorQueue>(), s.GetRequiredService<ArmBook>(), s.GetRequiredService<GatewayMetrics>(), Random.Shared));
        AddHosted<MirrorSender>(services);
        services.AddSingleton(s => new ArmSender(s.GetRequiredService<ArmBook>(), s.GetRequiredService<AnswerMap>(), s.GetRequiredService<ControllerClient>(), gateway, time));
        services.AddHostedService(s => s.GetRequiredService<ArmSender>());
        services.AddSingleton(s => new SettlementJournal(
            options.Home, gateway, s.GetRequiredService<DiskTrouble>(), time, s.GetRequiredService<ILogger<SettlementJournal>>()));
        AddHosted<PidFile>(services);
        AddHosted<SettlementSender>(services);
        AddHosted<DrainWatch>(services);
        AddHosted<IdleSweeper>(services);
        AddHosted<HoldKeeper>(services);
        AddHosted<ReportSender>(services);
        services.AddSingleton(new EndpointSeal(options.Sealer));
        AddHosted<SnapshotKeeper>(services);
        AddHosted<SuspectProber>(services);
        AddHosted<OutlierWatch>(services);
        AddHosted<ReplicaMetricsWatch>(services);
        AddHosted<ModelDiscovery>(services);
        AddHosted<CertificateRefresher>(services);
        AddHosted<EndpointWatcher>(services);
    }

    private static IReadOnlyList<string>? Listens(IServiceProvider services, GatewayOptions options) =>
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested
        && services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is { } listening
            ? [.. listening.Addresses.Take(listening.Addresses.Count - (options.MetricsListen is null ? 0 : 1))]
            : null;

    private static void AddHosted<T>(IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(s => s.GetRequiredService<T>());
    }
}
