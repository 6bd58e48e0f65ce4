using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Net.Http.Headers;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>The server's settings: nothing that cuts a long or slow model request.</summary>
internal static class KestrelSetup
{
    /// <summary>What is longer the server refuses without a word; the gateway itself refuses more than <see cref="RequestTarget.Longest"/>, and says so.</summary>
    private const int LongestRequestLine = 512 << 10;

    private const int LongestHeaders = 64 << 10;
    private const int StreamsPerConnection = 1000;

    /// <summary>Bytes a second, on average over all the time that a body is waited for: far below any line, above what only holds a connection.</summary>
    private const double SlowestUpload = 100;

    public static void Apply(KestrelServerOptions kestrel, IReadOnlyList<ListenAddress> addresses, CertificateStore certificates, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;

        // One character for each byte: what is not ASCII in a header passes unchanged, whatever its encoding is.
        kestrel.RequestHeaderEncodingSelector = static name =>
            name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase) ? ConnectionHeaderEncoding.Instance
            : name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) ? ContentLengthEncoding.Instance
            : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.RequestHeadersTimeout = options.ClientHeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(SlowestUpload, options.UploadGrace);
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        foreach (var address in addresses)
        {
            Listen(kestrel, address, options => Configure(options, address.Kind, certificates));
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> configure)
    {
        // A port chosen by the system cannot be the same on both loopback addresses.
        if (address.IsLocalhost && address.Uri.Port != 0)
        {
            kestrel.ListenLocalhost(address.Uri.Port, configure);
        }
        else
        {
            kestrel.Listen(address.IsLocalhost ? System.Net.IPAddress.Loopback : address.Address, address.Uri.Port, configure);
        }
    }

    private static void Configure(ListenOptions options, ListenKind kind, CertificateStore certificates)
    {
        options.Protocols = kind switch
        {
            ListenKind.Tls => HttpProtocols.Http1AndHttp2,
            ListenKind.H2c => HttpProtocols.Http2,
            _ => HttpProtocols.Http1,
        };
        if (kind is ListenKind.Metrics)
        {
            options.Use(next => connection =>
            {
                connection.Features.Set(MetricsConnection.Instance);
                return next(connection);
            });
        }

        if (kind is ListenKind.Tls)
        {
            options.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = handshake => ValueTask.FromResult(certificates.OptionsFor(handshake.ClientHelloInfo.ServerName)),
            });
        }
    }
}
