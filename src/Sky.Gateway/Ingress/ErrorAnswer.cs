using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry;

namespace Sky.Gateway.Ingress;

/// <summary>The gateway's own errors, in the shape that clients of OpenAI's API read.</summary>
internal static class ErrorAnswer
{
    /// <summary>People read these in a terminal: quotes stay quotes. The content type keeps browsers from taking it for a page.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The header that tells the clients of OpenAI and Anthropic whether to send a request again by themselves.</summary>
    public const string ShouldRetry = "x-should-retry";

    /// <summary>What those who refuse have set for the answer; everything else is of an attempt that failed.</summary>
    private static readonly string[] Kept = ["Retry-After", "WWW-Authenticate", ShouldRetry, RequestIds.Header, .. RateLimitHeaders.All];

    public static Task WriteAsync(HttpContext context, CallProblem problem)
    {
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return WriteAsync(context, problem.Status, problem.Message, problem.Code, problem.Param);
    }

    /// <param name="context">A request whose response has not started.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">For people.</param>
    /// <param name="code">For programs.</param>
    /// <param name="param">The field of the body that it is about; null for none.</param>
    /// <param name="type">OpenAI's type of the error; by the status when it is not given.</param>
    public static async Task WriteAsync(HttpContext context, int status, string message, string code, string? param = null, string? type = null)
    {
        var response = context.Response;
        if (response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var kept = Array.ConvertAll(Kept, name => response.Headers[name]);
        response.Clear();
        for (var index = 0; index < Kept.Length; index++)
        {
            if (kept[index].Count > 0)
            {
                response.Headers[Kept[index]] = kept[index];
            }
        }

        response.StatusCode = status;
        context.Features.Set(new OwnError(code));
        response.ContentType = "application/json";
        var messages = IsOfMessages(context);
        var body = Body(message, messages ? MessagesType(status) : type ?? (status >= 500 ? "server_error" : "invalid_request_error"), code, param, messages);
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Anthropic's clients look for one word more, beside the error.</summary>
    private static bool IsOfMessages(HttpContext context) => context.Request.Path.Value?.EndsWith("/v1/messages", StringComparison.Ordinal) is true;

    /// <summary>Anthropic's words for errors; its clients tell them apart by these.</summary>
    private static string MessagesType(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        StatusCodes.Status503ServiceUnavailable => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    private static byte[] Body(string message, string type, string code, string? param, bool messages)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            if (messages)
            {
                json.WriteString("type", "error");
            }

            json.WriteStartObject("error");
            json.WriteString("message", message);
            json.WriteString("type", type);
            json.WriteString("param", param);
            json.WriteString("code", code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
