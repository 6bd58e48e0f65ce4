using System.Globalization;
using System.Text.Json.Nodes;
using LlmSim.Requests;

namespace LlmSim.Api;

internal static class ErrorReply
{
    public static async Task WriteAsync(HttpResponse response, SimError error, CancellationToken cancellationToken, bool named = false)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        }

        var body = new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Type, ["param"] = error.Parameter, ["code"] = error.Code },
        };
        if (named)
        {
            // Anthropic's form says so beside the error.
            body["type"] = "error";
        }

        await response.WriteAsync(body.ToJsonString(), cancellationToken);
    }
}
