using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sky.Gateway.Forwarding;

/// <summary>Headers that <c>Connection</c> names are for the next hop only (RFC 9110, 7.6.1). The standing ones the forwarder drops itself.</summary>
internal static class HopByHop
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static void RemoveNominated(StringValues connection, HttpHeaders headers, HttpHeaders? contentHeaders)
    {
        if (IsOrdinary(connection))
        {
            return;
        }

        foreach (var name in Names(connection))
        {
            headers.Remove(name);
            contentHeaders?.Remove(name);
        }
    }

    public static void RemoveNominated(StringValues connection, IHeaderDictionary headers)
    {
        if (IsOrdinary(connection))
        {
            return;
        }

        foreach (var name in Names(connection))
        {
            headers.Remove(name);
        }
    }

    private static bool IsOrdinary(StringValues connection) =>
        connection.Count == 0 || (connection.Count == 1 && connection[0] is "keep-alive" or "close" or "Keep-Alive" or "Upgrade" or "upgrade");

    /// <summary>A nomination cannot take away what the message needs to be understood or what the gateway itself says.</summary>
    private static IEnumerable<string> Names(StringValues connection) =>
        from value in connection
        from name in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where name.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0
            && !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        select name;
}
