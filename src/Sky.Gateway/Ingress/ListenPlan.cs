using System.Net.Sockets;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>Where a gateway listens, and whether it may.</summary>
internal static class ListenPlan
{
    public static IReadOnlyList<ListenAddress> From(GatewayOptions options)
    {
        var addresses = new List<ListenAddress> { new("SKY_GATEWAY_LISTEN", options.Listen, IsHttps(options.Listen) ? ListenKind.Tls : ListenKind.Plain) };
        if (options.TlsListen is { } tls)
        {
            addresses.Add(new ListenAddress("SKY_GATEWAY_TLS_LISTEN", tls, ListenKind.Tls));
        }

        if (options.H2cListen is { } h2c)
        {
            addresses.Add(new ListenAddress("SKY_GATEWAY_H2C_LISTEN", h2c, ListenKind.H2c));
        }

        if (options.MetricsListen is { } metrics)
        {
            addresses.Add(new ListenAddress("SKY_GATEWAY_METRICS_LISTEN", metrics, ListenKind.Metrics));
        }

        return addresses;
    }

    /// <summary>What forbids to listen there, in one line; null when nothing does.</summary>
    public static string? Problem(GatewayOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        if ((options.TlsCert is null) != (options.TlsKey is null))
        {
            return "SKY_TLS_CERT and SKY_TLS_KEY (--tls-cert, --tls-key) belong together: give both or neither";
        }

        foreach (var address in addresses)
        {
            var scheme = address.Kind is ListenKind.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
            if (address.Uri.Scheme != scheme)
            {
                return $"{address.Setting}={address} must begin with {scheme}://";
            }

            try
            {
                if (!options.Insecure && address.Kind is not ListenKind.Tls && !address.IsLoopback)
                {
                    return $"{address.Setting}={address} is reachable from outside and has no TLS: use 127.0.0.1, or https with SKY_TLS_CERT and SKY_TLS_KEY "
                        + "(--tls-cert, --tls-key), or SKY_INSECURE=1 (--insecure)";
                }
            }
            catch (SocketException)
            {
                return $"{address.Setting}={address}: the host is not known; give an address of this machine, such as 127.0.0.1";
            }
        }

        return null;
    }

    private static bool IsHttps(Uri uri) => uri.Scheme == Uri.UriSchemeHttps;
}
