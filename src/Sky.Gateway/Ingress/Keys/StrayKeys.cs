using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Sky.Core.Keys;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>
/// Keys of a gateway where none belongs: they open nothing there, and go to no replica. In the target or a cookie the request is refused, because
/// what writes them there (a browser, a proxy's log) keeps them; another header with one is left out.
/// </summary>
internal static class StrayKeys
{
    public const string Message =
        "A key of this gateway is in the path, the query or a cookie, where others keep it: send it as \"Authorization: Bearer ...\" or \"x-api-key: ...\", and rotate it.";

    /// <param name="context">The request.</param>
    /// <param name="target">Path and query as they were sent.</param>
    public static bool AreInTheOpen(HttpContext context, string target)
    {
        if (KeySecret.IsIn(target) || (target.Contains('%', StringComparison.Ordinal) && KeySecret.IsIn(Uri.UnescapeDataString(target))))
        {
            return true;
        }

        foreach (var cookie in context.Request.Headers.Cookie)
        {
            if (KeySecret.IsIn(cookie))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="headers">Of the request that goes to a replica.</param>
    public static void Remove(HttpRequestHeaders headers)
    {
        while (Find(headers) is { } name)
        {
            headers.Remove(name);
        }
    }

    private static string? Find(HttpRequestHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                if (KeySecret.IsIn(value))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
