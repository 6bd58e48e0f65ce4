using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.Gateway.Ingress;

/// <summary>Path and query of a request as they were sent.</summary>
internal static class RequestTarget
{
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
