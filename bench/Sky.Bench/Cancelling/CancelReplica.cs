using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Sky.Bench.Cancelling;

/// <summary>A replica that answers so far and then waits until it hears that nobody listens any more.</summary>
internal sealed class CancelReplica(CancelWindow window)
{
    private TaskCompletionSource _waiting = new();
    private TaskCompletionSource<long> _over = new();

    /// <summary>The next request: completes when it waits, and when it is aborted, with the timestamp.</summary>
    public (Task Waiting, Task<long> Over) Next()
    {
        _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (_waiting.Task, _over.Task);
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == HttpMethods.Get)
        {
            // The gateway's own question which models there are.
            return;
        }

        var (waiting, over) = (_waiting, _over);
        await using var aborted = context.RequestAborted.Register(() => over.TrySetResult(Stopwatch.GetTimestamp()));
        if (window.Declared > 0)
        {
            await ReadAsync(context, waiting, over);
            return;
        }

        if (window.Sent is not CancelSent.Nothing)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (window.Sent is CancelSent.Event)
        {
            await context.Response.WriteAsync("data: {\"choices\":[]}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        waiting.TrySetResult();
        await over.Task;
    }

    /// <summary>A server hears of the end of a body that it reads by its reading.</summary>
    private static async Task ReadAsync(HttpContext context, TaskCompletionSource waiting, TaskCompletionSource<long> over)
    {
        try
        {
            var buffer = new byte[4096];
            while (await context.Request.Body.ReadAsync(buffer) > 0)
            {
                waiting.TrySetResult();
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            over.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}
