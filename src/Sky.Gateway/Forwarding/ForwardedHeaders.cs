using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sky.Gateway.Routing;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Tells the replica who asked, how and where: appended to what earlier proxies said, while <c>Host</c> becomes the replica's own.
/// The prefix is joined to an earlier one, so that it stays the path below which the client sees the replica's root.
/// </summary>
internal static class ForwardedHeaders
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";
    private const string Prefix = "X-Forwarded-Prefix";

    public static void Apply(HttpContext context, in RouteMatch route, HttpRequestHeaders headers)
    {
        var request = context.Request;
        headers.Host = null;
        if (Text(context.Connection.RemoteIpAddress) is { } address)
        {
            Append(request, headers, For, address);
        }

        Append(request, headers, Proto, request.Scheme);
        if (request.Host.Value is { Length: > 0 } host)
        {
            Append(request, headers, Host, host);
        }

        if (route.HasPrefix)
        {
            SetPrefix(request, headers, route.Service.PathPrefix);
        }
    }

    private static void Append(HttpRequest request, HttpRequestHeaders headers, string name, string value)
    {
        if (request.Headers.TryGetValue(name, out var before) && !StringValues.IsNullOrEmpty(before))
        {
            headers.Remove(name);
            value = $"{before}, {value}";
        }

        headers.TryAddWithoutValidation(name, value);
    }

    private static void SetPrefix(HttpRequest request, HttpRequestHeaders headers, string prefix)
    {
        if (request.Headers.TryGetValue(Prefix, out var before) && !StringValues.IsNullOrEmpty(before))
        {
            headers.Remove(Prefix);
            prefix = before.ToString().TrimEnd('/') + prefix;
        }

        headers.TryAddWithoutValidation(Prefix, prefix);
    }

    private static string? Text(IPAddress? address) =>
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
