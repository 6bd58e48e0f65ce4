using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmSim.Generation;
using LlmSim.Reporting;
using LlmSim.Requests;
using LlmSim.Scheduling;

namespace LlmSim.Api;

/// <summary>Generates one answer, in whatever form, under the same slots, times and failures as chats.</summary>
internal sealed class FormedReply(SimOptions options, TimeProvider time, FailurePlan failures, Slots slots, PrefixCache cache, SimMetrics metrics)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null: it was answered, whole or to where the failure injection cut it.</summary>
    public async Task<SimError?> AnswerAsync(HttpContext http, GenerationRequest request, RequestRecord record, IReplyForm form)
    {
        var arrived = time.GetTimestamp();
        (record.Model, record.PromptTokens) = (request.Model, request.PromptTokens);
        var fate = failures.Next();
        if (fate.Fails)
        {
            return new SimError(options.FailureStatus, "The failure injection refused this request.", "server_error");
        }

        using var slot = await slots.TakeAsync(http.RequestAborted);
        if (slot is null)
        {
            return new SimError(503, "Too many requests wait.", "server_error", Code: "queue_full");
        }

        record.CachedTokens = request.Prompts.Sum(cache.Use);
        metrics.Admitted(record.PromptTokens, record.CachedTokens);
        try
        {
            await GenerateAsync(http, request, record, form, fate);
        }
        finally
        {
            metrics.Released(UsageOf(record), !record.Cut, time.GetElapsedTime(arrived));
        }

        return null;
    }

    private async Task GenerateAsync(HttpContext http, GenerationRequest request, RequestRecord record, IReplyForm form, Fate fate)
    {
        using var sequence = new Sequence(0, 0, request, request.Prompts[0], options);
        var pacer = new Pacer(options, time, record.PromptTokens - record.CachedTokens);
        for (var token = 0; sequence.Finish is null; token++)
        {
            await pacer.WaitAsync(token, http.RequestAborted);
            if (token == fate.CutAfter)
            {
                record.Cut = true;
                http.Abort();
                return;
            }

            var step = sequence.Next();
            record.CompletionTokens++;
            metrics.Generated();
            if (request.Stream)
            {
                await SendAsync(http, record, [.. token == 0 ? form.Begin(UsageOf(record)) : [], .. step.Text.Length > 0 ? form.Step(step.Text) : []]);
            }
        }

        if (request.Stream)
        {
            await SendAsync(http, record, form.End(sequence, UsageOf(record)));
            return;
        }

        record.Status = StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(form.Whole(sequence, UsageOf(record)).ToJsonString(Plain), http.RequestAborted);
    }

    private static async Task SendAsync(HttpContext http, RequestRecord record, IEnumerable<(string Name, JsonObject Data)> events)
    {
        if (!http.Response.HasStarted)
        {
            record.Status = http.Response.StatusCode;
            http.Response.ContentType = "text/event-stream; charset=utf-8";
            http.Response.Headers.CacheControl = "no-cache";
        }

        foreach (var (name, data) in events)
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            record.AddEvent();
            await http.Response.WriteAsync($"event: {name}\ndata: {data.ToJsonString(Plain)}\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            record.EventsWritten++;
        }
    }

    private static Usage UsageOf(RequestRecord record) => new(record.PromptTokens, record.CompletionTokens, record.CachedTokens);
}
