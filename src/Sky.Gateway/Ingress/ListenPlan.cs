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

        return addresses;
    }

    /// <summary>What forbids to listen there, in one line; null when nothing does.</summary>
    public static string? Problem(GatewayOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        if ((options.TlsCert is null) != (options.TlsKey is null))
        {
            return "--tls-cert and --tls-key belong together: give both or neither";
        }

        foreach (var address in addresses)
        {
            try
            {
                if (!options.Insecure && address.Kind is not ListenKind.Tls && !address.IsLoopback)
                {
                    return $"{address} ({address.Setting}) is reachable from outside and has no TLS: use https with --tls-cert and --tls-key, or --insecure";
                }
            }
            catch (SocketException)
            {
                return $"cannot listen on {address} ({address.Setting}): the host is not known";
            }
        }

        return null;
    }

    private static bool IsHttps(Uri uri) => uri.Scheme == Uri.UriSchemeHttps;
}
