using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.Controller.Api;

/// <summary>Streams lines to a client as they come: JSON values (NDJSON) or text.</summary>
internal static class Lines
{
    private static readonly TimeSpan BeforeHeaders = TimeSpan.FromSeconds(1);

    public static async Task JsonAsync<T>(
        HttpContext context, IAsyncEnumerable<IReadOnlyList<T>> batches, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Begin(context, "application/x-ndjson");
        try
        {
            await foreach (var batch in batches.WithCancellation(cancellationToken))
            {
                foreach (var line in batch)
                {
                    await JsonSerializer.SerializeAsync(context.Response.BodyWriter, line, type, cancellationToken);
                    await context.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), cancellationToken);
                }

                await context.Response.BodyWriter.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client left, or the controller stops: a watch has no other end.
        }
    }

    public static async Task TextAsync(HttpContext context, IAsyncEnumerable<string> lines, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var reader = lines.GetAsyncEnumerator(cancellationToken);
        try
        {
            // What cannot be read at all is answered with an error, which headers on their way would prevent.
            var first = reader.MoveNextAsync().AsTask();
            await Task.WhenAny(first, Task.Delay(BeforeHeaders, time, cancellationToken));
            if (first.IsFaulted)
            {
                await first;
            }

            // A silent log has a beginning all the same: the client waits for the headers.
            Begin(context, "text/plain; charset=utf-8");
            await context.Response.BodyWriter.FlushAsync(cancellationToken);
            for (var more = await first; more; more = await reader.MoveNextAsync())
            {
                await context.Response.WriteAsync(reader.Current + "\n", cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private static void Begin(HttpContext context, string type)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
    }
}
