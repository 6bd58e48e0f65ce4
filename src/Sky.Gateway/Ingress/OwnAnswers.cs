using Microsoft.AspNetCore.Http;
using Sky.Gateway.Routing;

namespace Sky.Gateway.Ingress;

/// <summary>Answers to what is not for a service: the gateway's own health, and where to look instead.</summary>
internal static class OwnAnswers
{
    private static readonly byte[] Healthy = """{"status":"ok"}"""u8.ToArray();

    /// <param name="context">The request.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="known">Whether it is known which services there are.</param>
    public static Task AnswerAsync(HttpContext context, string target, bool known)
    {
        var path = target.AsSpan();
        var query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        if (path is "/" or "/-/health")
        {
            return AnswerHealthyAsync(context);
        }

        var named = ServiceRouter.Named(target).ToString();
        if (named.Length > 0 && !known)
        {
            context.Response.Headers.RetryAfter = "1";
            return ErrorAnswer.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "The gateway has not heard from a controller yet.", "gateway_starting");
        }

        if (named.Length > 0)
        {
            return ErrorAnswer.WriteAsync(
                context, StatusCodes.Status404NotFound, $"There is no service '{named}'. Use \"sky serve status\" to see those there are.", "service_not_found");
        }

        var where = path.StartsWith("/v1/", StringComparison.Ordinal)
            ? $"Requests are not routed by model: send this one to /services/<service>{path}."
            : "A service's address is /services/<service>/.";
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound, where, "not_found");
    }

    private static Task AnswerHealthyAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Healthy.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(Healthy).AsTask();
    }
}
