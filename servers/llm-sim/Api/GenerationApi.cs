using System.Buffers;
using System.Text.Json;
using LlmSim.Generation;
using LlmSim.Reporting;
using LlmSim.Requests;
using LlmSim.Scheduling;

namespace LlmSim.Api;

/// <summary><c>POST /v1/chat/completions</c> and <c>/v1/completions</c>.</summary>
internal sealed class GenerationApi(
    SimOptions options,
    TimeProvider time,
    GenerationReader reader,
    FailurePlan failures,
    Slots slots,
    PrefixCache cache,
    SimMetrics metrics,
    RequestLedger ledger)
{
    public async Task HandleAsync(HttpContext http, bool chat)
    {
        var record = ledger.Begin(chat ? "chatcmpl" : "cmpl", http.Request.Headers["X-Request-Id"]);
        try
        {
            if (await AnswerAsync(http, chat, record) is { } error)
            {
                record.Status = error.Status;
                await ErrorReply.WriteAsync(http.Response, error, http.RequestAborted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            record.Aborted = !record.Cut;
        }
        finally
        {
            record.Done = true;
        }
    }

    private async Task<SimError?> AnswerAsync(HttpContext http, bool chat, RequestRecord record)
    {
        var arrived = time.GetTimestamp();
        var (request, error) = await ReadAsync(http, chat);
        if (request is null)
        {
            return error;
        }

        (record.Model, record.PromptTokens) = (request.Model, request.PromptTokens);
        var fate = failures.Next();
        record.NoUsage = fate.NoUsage;
        request = fate.NoUsage ? request with { IncludeUsage = false, ContinuousUsage = false } : request;
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
        var finished = false;
        try
        {
            await GenerateAsync(http, request, record, fate, arrived);
            finished = !record.Cut;
        }
        finally
        {
            metrics.Released(UsageOf(record), finished, time.GetElapsedTime(arrived));
        }

        return null;
    }

    private async Task<(GenerationRequest? Request, SimError? Error)> ReadAsync(HttpContext http, bool chat)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return reader.TryRead(body.RootElement, chat, out var request, out var error) ? (request, null) : (null, error);
        }
        catch (JsonException)
        {
            return (null, new SimError(400, "The body is not JSON."));
        }
    }

    private async Task GenerateAsync(HttpContext http, GenerationRequest request, RequestRecord record, Fate fate, long arrived)
    {
        var json = new ReplyJson(request, record.Id, time.GetUtcNow().ToUnixTimeSeconds());
        var stream = request.Stream ? new ReplyStream(http.Response, json, record) : null;
        var sequences = Sequences(request);
        var pacer = new Pacer(options, time, record.PromptTokens - record.CachedTokens);
        for (var token = 0; sequences.Exists(s => s.Finish is null); token++)
        {
            await pacer.WaitAsync(token, http.RequestAborted);
            if (token == 0)
            {
                metrics.FirstToken(time.GetElapsedTime(arrived));
            }

            if (token == fate.CutAfter)
            {
                record.Cut = true;
                http.Abort();
                return;
            }

            await StepAsync(sequences, record, stream, http.RequestAborted);
        }

        if (stream is not null)
        {
            await stream.EndAsync(request.IncludeUsage ? UsageOf(record) : null, http.RequestAborted);
            return;
        }

        record.Status = StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        var whole = new ArrayBufferWriter<byte>();
        json.WriteWhole(whole, sequences, record.NoUsage ? null : UsageOf(record));
        http.Response.ContentLength = whole.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(whole.WrittenMemory, http.RequestAborted);
    }

    private async Task StepAsync(List<Sequence> sequences, RequestRecord record, ReplyStream? stream, CancellationToken cancellationToken)
    {
        foreach (var sequence in sequences.Where(s => s.Finish is null))
        {
            var step = sequence.Next();
            record.CompletionTokens++;
            metrics.Generated();
            if (stream is not null)
            {
                await stream.WriteAsync(sequence, step, cancellationToken);
            }
        }
    }

    private List<Sequence> Sequences(GenerationRequest request) =>
    [
        .. request.Prompts.SelectMany((prompt, p) => Enumerable.Range(0, request.Choices)
            .Select(choice => new Sequence((p * request.Choices) + choice, choice, request, prompt, options))),
    ];

    private static Usage UsageOf(RequestRecord record) => new(record.PromptTokens, record.CompletionTokens, record.CachedTokens);
}
