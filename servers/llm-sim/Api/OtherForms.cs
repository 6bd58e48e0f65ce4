using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmSim.Reporting;
using LlmSim.Requests;

namespace LlmSim.Api;

/// <summary><c>/v1/messages</c> and <c>/v1/responses</c>, in small: one answer, text or a tool call; responses are kept until they are deleted.</summary>
internal sealed class OtherForms(TimeProvider time, GenerationReader reader, FormedReply reply, RequestLedger ledger)
{
    private const string Messages = "msg";
    private readonly ConcurrentDictionary<string, JsonArray> _kept = new(StringComparer.Ordinal);

    public Task MessagesAsync(HttpContext http) => HandleAsync(http, Messages, (body, id) =>
    {
        var request = Read(ChatForm.OfMessages(body));
        return (request, new MessageForm(request, id));
    });

    public Task ResponsesAsync(HttpContext http) => HandleAsync(http, "resp", (body, id) =>
    {
        var previous = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("previous_response_id", out var p) ? p.GetString() : null;
        JsonArray? before = null;
        if (previous is not null && !_kept.TryGetValue(previous, out before))
        {
            throw new FormatException($"Previous response with id '{previous}' not found.");
        }

        var chat = ChatForm.OfResponses(body, before ?? []);
        var request = Read(chat);
        _kept[id] = (JsonArray)chat["messages"]!.DeepClone();
        return (request, new ResponseForm(request, id, time.GetUtcNow().ToUnixTimeSeconds(), previous));
    });

    /// <summary>What is about a kept response: its input, or itself, in a few words.</summary>
    public IResult About(string id, string? what)
    {
        if (!_kept.TryGetValue(id, out var messages))
        {
            var error = new JsonObject { ["message"] = $"Response with id '{id}' not found.", ["type"] = "invalid_request_error", ["param"] = null, ["code"] = null };
            return Results.Text(new JsonObject { ["error"] = error }.ToJsonString(), "application/json", statusCode: StatusCodes.Status404NotFound);
        }

        var answer = what == "input_items"
            ? new JsonObject { ["object"] = "list", ["data"] = messages.DeepClone(), ["has_more"] = false }
            : new JsonObject { ["id"] = id, ["object"] = "response", ["status"] = "completed", ["output"] = new JsonArray() };
        return Results.Text(answer.ToJsonString(), "application/json");
    }

    public IResult Delete(string id)
    {
        var answer = About(id, null);
        _kept.TryRemove(id, out _);
        return answer;
    }

    private GenerationRequest Read(JsonObject chat)
    {
        using var document = JsonDocument.Parse(chat.ToJsonString());
        return reader.TryRead(document.RootElement, chat: true, out var request, out var error)
            ? request
            : throw new FormatException(error.Message);
    }

    private async Task HandleAsync(HttpContext http, string kind, Func<JsonElement, string, (GenerationRequest Request, IReplyForm Form)> read)
    {
        var record = ledger.Begin(kind, http.Request.Headers["X-Request-Id"]);
        try
        {
            SimError? error;
            try
            {
                using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
                var (request, form) = read(body.RootElement, record.Id);
                error = await reply.AnswerAsync(http, request, record, form);
            }
            catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException && !http.Response.HasStarted)
            {
                error = new SimError(400, e.Message);
            }

            if (error is not null)
            {
                record.Status = error.Status;
                await ErrorReply.WriteAsync(http.Response, error, http.RequestAborted, named: kind == Messages);
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
}
