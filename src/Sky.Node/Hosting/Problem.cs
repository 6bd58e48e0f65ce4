using Microsoft.AspNetCore.Http;
using Sky.Core.Nodes;

namespace Sky.Node.Hosting;

/// <summary>Answers that are errors.</summary>
internal static class Problem
{
    public static async Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new NodeProblem(code, message), NodeJson.Default.NodeProblem, contentType: null, context.RequestAborted);
    }
}
