using System.Text.Json.Nodes;
using LlmSim.Generation;
using LlmSim.Requests;

namespace LlmSim.Api;

/// <summary>An answer of <c>/v1/messages</c>.</summary>
internal sealed class MessageForm(GenerationRequest request, string id) : IReplyForm
{
    public IEnumerable<(string Name, JsonObject Data)> Begin(Usage usage) =>
    [
        Event("message_start", ("message", Message([], null, usage with { Completion = 0 }))),
        Event("content_block_start", ("index", 0), ("content_block", Block("", new JsonObject()))),
    ];

    public IEnumerable<(string Name, JsonObject Data)> Step(string text) =>
    [
        Event("content_block_delta", ("index", 0), ("delta", request.Tool is null
            ? new JsonObject { ["type"] = "text_delta", ["text"] = text }
            : new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = text })),
    ];

    public IEnumerable<(string Name, JsonObject Data)> End(Sequence sequence, Usage usage) =>
    [
        Event("content_block_stop", ("index", 0)),
        Event("message_delta", ("delta", new JsonObject { ["stop_reason"] = Reason(sequence), ["stop_sequence"] = null }), ("usage", Count(usage))),
        Event("message_stop"),
    ];

    public JsonObject Whole(Sequence sequence, Usage usage) =>
        Message(new JsonArray(Block(sequence.Text, request.Tool is null ? null : JsonNode.Parse(sequence.Text))), Reason(sequence), usage);

    private static (string Name, JsonObject Data) Event(string name, params (string Name, JsonNode? Value)[] fields)
    {
        var data = new JsonObject { ["type"] = name };
        foreach (var (field, value) in fields)
        {
            data[field] = value;
        }

        return (name, data);
    }

    private static string Reason(Sequence sequence) => sequence.Finish switch
    {
        FinishReason.ToolCalls => "tool_use",
        FinishReason.Length => "max_tokens",
        _ => "end_turn",
    };

    private static JsonObject Count(Usage usage) => new()
    {
        ["input_tokens"] = usage.Prompt - usage.Cached,
        ["cache_read_input_tokens"] = usage.Cached,
        ["cache_creation_input_tokens"] = 0,
        ["output_tokens"] = usage.Completion,
    };

    private JsonObject Message(JsonArray content, string? reason, Usage usage) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = request.Model,
        ["content"] = content,
        ["stop_reason"] = reason,
        ["stop_sequence"] = null,
        ["usage"] = Count(usage),
    };

    private JsonObject Block(string text, JsonNode? input) => request.Tool is { } tool
        ? new JsonObject { ["type"] = "tool_use", ["id"] = $"toolu-{id}", ["name"] = tool.Name, ["input"] = input }
        : new JsonObject { ["type"] = "text", ["text"] = text };
}
