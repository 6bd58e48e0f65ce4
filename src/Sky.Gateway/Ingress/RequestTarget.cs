using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.Gateway.Ingress;

/// <summary>Path and query of a request as they were sent.</summary>
internal static class RequestTarget
{
    /// <summary>The most characters of path and query.</summary>
    public const int Longest = 32 << 10;

    /// <summary>
    /// Both ways to tell a body's length are in it. The server acts on the one that counts and keeps the other under another name, but a proxy
    /// before it may have counted by the other.
    /// </summary>
    public static bool HasTwoLengths(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length"));
    }

    /// <summary>
    /// Null for a target that is no path: this is no proxy to elsewhere (the absolute form), no tunnel, and a fragment is never sent.
    /// Two servers in a row may well disagree about what such a one means.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return raw.StartsWith('/') && !raw.Contains('#', StringComparison.Ordinal) ? raw : null;
    }
}
