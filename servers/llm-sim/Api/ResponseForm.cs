using System.Text.Json.Nodes;
using LlmSim.Generation;
using LlmSim.Requests;

namespace LlmSim.Api;

/// <summary>An answer of <c>/v1/responses</c>.</summary>
internal sealed class ResponseForm(GenerationRequest request, string id, long created, string? previous) : IReplyForm
{
    private int _number;

    public IEnumerable<(string Name, JsonObject Data)> Begin(Usage usage)
    {
        yield return Event("response.created", ("response", Response("in_progress", [], null)));
        yield return Event("response.output_item.added", ("output_index", 0), ("item", Item("", "in_progress")));
        if (request.Tool is null)
        {
            yield return Part("response.content_part.added", ("part", Text("")));
        }
    }

    public IEnumerable<(string Name, JsonObject Data)> Step(string text)
    {
        yield return request.Tool is null
            ? Part("response.output_text.delta", ("delta", text))
            : Event("response.function_call_arguments.delta", ("item_id", ItemId), ("output_index", 0), ("delta", text));
    }

    public IEnumerable<(string Name, JsonObject Data)> End(Sequence sequence, Usage usage)
    {
        if (request.Tool is null)
        {
            yield return Part("response.output_text.done", ("text", sequence.Text));
            yield return Part("response.content_part.done", ("part", Text(sequence.Text)));
        }
        else
        {
            yield return Event("response.function_call_arguments.done", ("item_id", ItemId), ("output_index", 0), ("arguments", sequence.Text));
        }

        yield return Event("response.output_item.done", ("output_index", 0), ("item", Item(sequence.Text, "completed")));
        yield return Event("response.completed", ("response", Whole(sequence, usage)));
    }

    public JsonObject Whole(Sequence sequence, Usage usage) => Response("completed", new JsonArray(Item(sequence.Text, "completed")), new JsonObject
    {
        ["input_tokens"] = usage.Prompt,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
        ["output_tokens"] = usage.Completion,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
        ["total_tokens"] = usage.Prompt + usage.Completion,
    });

    private string ItemId => $"msg-{id}";

    private static JsonObject Text(string text) => new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray() };

    private (string Name, JsonObject Data) Part(string name, (string Name, JsonNode? Value) field) =>
        Event(name, ("item_id", ItemId), ("output_index", 0), ("content_index", 0), field);

    private (string Name, JsonObject Data) Event(string name, params (string Name, JsonNode? Value)[] fields)
    {
        var data = new JsonObject { ["type"] = name, ["sequence_number"] = _number++ };
        foreach (var (field, value) in fields)
        {
            data[field] = value;
        }

        return (name, data);
    }

    private JsonObject Item(string text, string status) => request.Tool is { } tool
        ? new JsonObject { ["type"] = "function_call", ["id"] = ItemId, ["call_id"] = $"call-{id}", ["name"] = tool.Name, ["arguments"] = text, ["status"] = status }
        : new JsonObject
        {
            ["type"] = "message",
            ["id"] = ItemId,
            ["role"] = "assistant",
            ["status"] = status,
            ["content"] = text.Length == 0 ? new JsonArray() : new JsonArray(Text(text)),
        };

    private JsonObject Response(string status, JsonArray output, JsonObject? usage) => new()
    {
        ["id"] = id,
        ["object"] = "response",
        ["created_at"] = created,
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = null,
        ["instructions"] = null,
        ["metadata"] = new JsonObject(),
        ["model"] = request.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["previous_response_id"] = previous,
        ["temperature"] = 1,
        ["tool_choice"] = "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = 1,
        ["usage"] = usage,
    };
}
