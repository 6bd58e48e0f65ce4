using Microsoft.AspNetCore.Http;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Ingress;

/// <summary>Answers to what is not for a service: the gateway's own health, and where to look instead.</summary>
internal static class OwnAnswers
{
    /// <summary>Longer than any name of a service; what a client sent comes back to it no longer than this.</summary>
    private const int LongestEcho = 100;

    private static readonly byte[] Healthy = """{"status":"ok"}"""u8.ToArray();

    /// <summary>Whether anybody may ask for it: the gateway's health.</summary>
    public static bool IsOpen(ReadOnlySpan<char> target) => target is "/-/health" || target.StartsWith("/-/health?");

    /// <param name="context">The request.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="named">The service that it asked for, which there is not; empty when it named none.</param>
    /// <param name="known">Whether it is known which services there are.</param>
    public static Task AnswerAsync(HttpContext context, string target, string named, bool known)
    {
        var path = target.AsSpan();
        var query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        if (path is "/-/health" || (path is "/" && named.Length == 0))
        {
            return AnswerHealthyAsync(context);
        }

        if (!known && (named.Length > 0 || path.StartsWith(InferencePath.Root, StringComparison.Ordinal)))
        {
            context.Response.Headers.RetryAfter = "1";
            return ErrorAnswer.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "The gateway has not heard from a controller yet.", "gateway_starting");
        }

        if (named.Length > 0)
        {
            return ErrorAnswer.WriteAsync(
                context, StatusCodes.Status404NotFound, $"There is no service '{Short(named)}'. Use \"sky serve status\" to see those there are.", "service_not_found");
        }

        return ErrorAnswer.WriteAsync(
            context, StatusCodes.Status404NotFound, "A service's address is /services/<service>/; requests below /v1/ are routed by their model.", "not_found");
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length <= LongestEcho ? text.ToString() : string.Concat(text[..LongestEcho], "...");

    private static Task AnswerHealthyAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Healthy.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(Healthy).AsTask();
    }
}
