using System.Net;
using System.Security.Authentication;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Controller.Nodes;

/// <summary>
/// Where nodes call the controller: an address of its own, by TLS with the CA's certificate, with a few calls of small bodies. Enrolments are
/// bounded for each address and in all; everything else needs a node's certificate.
/// </summary>
internal sealed class NodeListener(Uri listen, SkyHome home, NodeAuthority authority, NodeEnrolments enrolments, TimeProvider time, ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    /// <summary>The file that nodes fetch as <c>/sky</c>; null: none is given out.</summary>
    public string? Program { get; init; }

    private const int LargestBody = 64 << 10;
    private const int MostConnections = 1024;
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);
    private WebApplication? _app;

    /// <summary>With the port that it was really given.</summary>
    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = authority.Ca;
        var credentials = new NodeCredentials(home.ControllerCertificate, home.CaCertificate);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = home.Root });
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = HandshakeTime;
            kestrel.Listen(IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) ? address : IPAddress.Loopback, listen.Port, options =>
            {
                options.Protocols = HttpProtocols.Http1;
                options.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = HandshakeTime, OnConnection = _ => ValueTask.FromResult(Tls(credentials)) });
            });
        });
        _app = builder.Build();
        _app.Run(new NodeApi(enrolments, authority, Rates(), Program, logs.CreateLogger<NodeApi>()).HandleAsync);
        await _app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
        {
            await app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.DisposeAsync();
        }
    }

    private System.Net.Security.SslServerAuthenticationOptions Tls(NodeCredentials credentials) => NodeTrust.Server(
        credentials.Current ?? throw new AuthenticationException("no certificate"), role => role is CertificateRole.Node, time.GetUtcNow(), required: false);

    /// <summary>A machine that enrols asks a few times; a hundred machines at once are let in within two minutes.</summary>
    private static PartitionedRateLimiter<IPAddress> Rates() => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(10))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetTokenBucketLimiter(0, _ => Bucket(60))));

    private static TokenBucketRateLimiterOptions Bucket(int aMinute) => new()
    {
        TokenLimit = aMinute, TokensPerPeriod = aMinute, ReplenishmentPeriod = TimeSpan.FromMinutes(1), QueueLimit = 0, AutoReplenishment = true,
    };
}
