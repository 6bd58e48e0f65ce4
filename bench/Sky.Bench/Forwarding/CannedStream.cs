using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sky.Bench.Forwarding;

/// <summary>Streamed chat completions that cost their server next to nothing.</summary>
internal static class CannedStream
{
    /// <summary>The Accept header that asks for one event, and for silence after it.</summary>
    public const string Silent = "text/event-stream;silent=1";

    public const int Events = 20;

    private static readonly byte[] Delta = Encoding.ASCII.GetBytes(
        """data: {"id":"chatcmpl-5f0e","object":"chat.completion.chunk","created":1764115200,"model":"sim","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}""" + "\n\n");

    private static readonly byte[] End = Encoding.ASCII.GetBytes(
        """data: {"id":"chatcmpl-5f0e","object":"chat.completion.chunk","created":1764115200,"model":"sim","choices":[],"usage":{"prompt_tokens":61,"completion_tokens":20,"total_tokens":81}}""" + "\n\ndata: [DONE]\n\n");

    /// <param name="context">The request.</param>
    /// <param name="events">How many come before the end; null: one, and the end never comes.</param>
    public static async Task WriteAsync(HttpContext context, int? events)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < (events ?? 1); i++)
        {
            await context.Response.Body.WriteAsync(Delta, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (events is not null)
        {
            await context.Response.Body.WriteAsync(End, context.RequestAborted);
            return;
        }

        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
