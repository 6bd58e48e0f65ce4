using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Node.Docker;
using Sky.Node.Enrolment;
using Sky.Node.Facts;
using Sky.Node.Ingress;
using Sky.Node.Notices;

namespace Sky.Node.Hosting;

/// <summary>The agent, put together.</summary>
internal static class AgentApp
{
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10);

    /// <param name="options">How it runs.</param>
    /// <param name="membership">Whose node it is.</param>
    /// <param name="join">How to join, where it was just told; null: it asks where it has to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logging">Where logs go.</param>
    public static WebApplication Build(NodeOptions options, Membership membership, JoinAnswer? join, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = options.Home.Root });
        var connections = new HttpConnections();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = DockerProxy.LargestBody;
            kestrel.Limits.RequestHeadersTimeout = HeadersTime;
            kestrel.Listen(connections.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        logging(builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning));
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(membership).AddSingleton(time);
        services.AddSingleton<IConnectionListenerFactory>(connections).AddSingleton(connections);
        services.AddSingleton(new NodeCredentials(options.Home.NodeCertificate, options.Home.NodeCa));
        services.AddSingleton(new DockerSocket(options.DockerSocket));
        services.AddSingleton<Belongings>().AddSingleton<DockerProxy>().AddSingleton<FactsReader>().AddSingleton<LastNotice>().AddSingleton<AgentPipeline>();
        services.AddSingleton<Handshake>().AddSingleton<ReplicaDirectory>().AddSingleton<ReplicaIngress>().AddSingleton<AgentListener>();
        services.AddSingleton<ControllerLink>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain + TimeSpan.FromSeconds(5));
        services.AddHostedService(provider => provider.GetRequiredService<AgentListener>());
        services.AddHostedService<CertificateRenewal>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ClusterMember>(provider, new FirstJoin(join)));
        if (options.Cloud is { } cloud)
        {
            services.AddSingleton<ICloudNotices>(cloud == NodeCloud.Aws ? new AwsNotices(options.MetadataService) : new AzureNotices(options.MetadataService));
            services.AddHostedService<NoticeWatch>();
        }

        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<AgentPipeline>().HandleAsync);
        return app;
    }
}
