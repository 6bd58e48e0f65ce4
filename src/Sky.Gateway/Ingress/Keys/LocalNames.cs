using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>
/// Whether a request that came over loopback was meant to. A page of any site can have a browser of this machine send it: under the site's own
/// name, once that resolves to this machine, and as another site, over a WebSocket or without seeing the answer. Either shows in its headers.
/// </summary>
internal sealed class LocalNames(GatewayOptions options)
{
    private const string Localhost = "localhost";
    private readonly string _domain = options.Domain.Trim('.');
    private readonly string[] _listens = [.. new[] { options.Listen, options.TlsListen, options.H2cListen }.OfType<Uri>().Select(u => u.Host)];

    public bool AreOurs(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return (request.IsHttps || IsOurs(request.Host.Value, isPage: false)) && (origin.Count == 0 || IsOursAsPage(origin.ToString()));
    }

    /// <summary>What is no page of a site, such as an editor's, has a scheme of its own.</summary>
    private bool IsOursAsPage(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && (page.Scheme is not ("http" or "https") || IsOurs(page.Authority, isPage: true));

    /// <summary>Nobody elsewhere can have a name without a dot, and no name of theirs is an address; their pages, though, may be at one.</summary>
    private bool IsOurs(ReadOnlySpan<char> host, bool isPage)
    {
        var colon = host.LastIndexOf(':');
        var name = (colon > host.LastIndexOf(']') ? host[..colon] : host).Trim("[]").TrimEnd('.');
        if (IPAddress.TryParse(name, out var address))
        {
            return !isPage || IPAddress.IsLoopback(address);
        }

        return !name.Contains('.') || IsBelow(name, Localhost) || IsBelow(name, _domain) || IsListen(name);
    }

    private static bool IsBelow(ReadOnlySpan<char> name, ReadOnlySpan<char> domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');

    private bool IsListen(ReadOnlySpan<char> name)
    {
        foreach (var listen in _listens)
        {
            if (name.Equals(listen, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
