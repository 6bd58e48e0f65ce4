using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.Gateway.Ingress;

/// <summary>Path and query of a request as they were sent.</summary>
internal static class RequestTarget
{
    /// <summary>The most characters of path and query.</summary>
    public const int Longest = 32 << 10;

    /// <summary>
    /// Both ways to tell a body's length are in it, or chunks that HTTP/1.1 does not know so. The server acts on the length that counts and keeps the
    /// other under another name, and of codings looks at the last, but a proxy before it may have counted otherwise.
    /// </summary>
    public static bool HasDoubtfulLength(HttpContext context)
    {
        var headers = context.Request.Headers;
        var coding = headers.TransferEncoding;
        return coding.Count > 0
            && (headers.ContentLength is not null
                || headers.ContainsKey("X-Content-Length")
                || coding is not [{ } only]
                || !only.AsSpan().Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase)
                || !HttpProtocol.IsHttp11(context.Request.Protocol));
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
