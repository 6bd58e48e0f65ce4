using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Bench.Forwarding;

/// <summary>The processes that are compared, and the one behind them.</summary>
internal static class Servers
{
    public const string Service = "bench";

    /// <summary>Answers every request with the same kilobyte; a streamed one with the same events, or with one and then nothing more.</summary>
    public static async Task BackendAsync(int port, CancellationToken cancellationToken)
    {
        var body = Encoding.ASCII.GetBytes(ChatCall.Answer);
        await using var application = Build(port);
        application.Run(context => context.Request.Headers.Accept.ToString() switch
        {
            "text/event-stream" => CannedStream.WriteAsync(context, CannedStream.Events),
            CannedStream.Silent => CannedStream.WriteAsync(context, null),
            _ => WriteAsync(context.Response, body),
        });
        await application.StartAsync(cancellationToken);
        await application.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>YARP's direct forwarding with its own defaults, and nothing else.</summary>
    public static async Task BareAsync(int port, string backend, CancellationToken cancellationToken)
    {
        await using var application = Build(port);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        });
        var forwarder = application.Services.GetRequiredService<IHttpForwarder>();
        var config = new ForwarderRequestConfig { Version = HttpVersion.Version11, ActivityTimeout = TimeSpan.FromSeconds(100) };
        application.Run(async context => await forwarder.SendAsync(context, backend, invoker, config, HttpTransformer.Default));
        await application.StartAsync(cancellationToken);
        await application.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Our gateway, fed by a snapshot as it is while no controller tells it more.</summary>
    public static async Task<int> GatewayAsync(
        int port, string backend, string controller, Func<ServiceEndpoints, EndpointsDocument> document, CancellationToken cancellationToken)
    {
        var home = Directory.CreateTempSubdirectory("sky-bench-");
        try
        {
            var options = new GatewayOptions
            {
                Home = new SkyHome(home.FullName),
                Listen = new Uri($"http://127.0.0.1:{port}"),
                Controller = new Uri(controller),
                Token = "none",
            };
            var snapshot = document(Endpoints(backend));
            await File.WriteAllBytesAsync(
                options.Home.GatewaySnapshot, JsonSerializer.SerializeToUtf8Bytes(snapshot, GatewayJson.Default.EndpointsDocument), cancellationToken);
            return await GatewayHost.RunAsync(options, cancellationToken);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static ServiceEndpoints Endpoints(string backend) => new()
    {
        Service = new ServiceName(Service),
        Replicas = [new ReplicaEndpoint { Id = new ReplicaId(1), Version = 1, Address = new Uri(backend) }],
        LoadBalancingPolicy = "least_load",
        StreamTimeoutSeconds = 120,
        CanWait = true,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec(),
    };

    private static Task WriteAsync(HttpResponse response, byte[] body)
    {
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http1));
        builder.Services.AddHttpForwarder();
        return builder.Build();
    }
}
