using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmSim.Requests;

/// <summary>Requests of the two other forms of a chat as one of <c>/v1/chat/completions</c>: the simulation knows only that.</summary>
internal static class ChatForm
{
    /// <summary><c>/v1/messages</c></summary>
    /// <exception cref="FormatException">It is no such request.</exception>
    public static JsonObject OfMessages(JsonElement body) => Chat(
        body,
        [.. System(body, "system"), .. List(body, "messages").Select(m => JsonNode.Parse(m.GetRawText()))],
        "max_tokens",
        tool => tool.TryGetProperty("name", out var name) ? name.GetString() : null);

    /// <summary><c>/v1/responses</c>, with the messages of the responses before it.</summary>
    /// <exception cref="FormatException">It is no such request.</exception>
    public static JsonObject OfResponses(JsonElement body, IEnumerable<JsonNode?> before) => Chat(
        body,
        [.. System(body, "instructions"), .. before.Select(m => m?.DeepClone()), .. Input(body)],
        "max_output_tokens",
        tool => tool.TryGetProperty("name", out var name) ? name.GetString() : null);

    private static JsonObject Chat(JsonElement body, JsonArray messages, string most, Func<JsonElement, string?> toolName)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The body is not a JSON object.");
        }

        var chat = new JsonObject { ["messages"] = messages };
        foreach (var (name, from) in new[] { ("model", "model"), ("stream", "stream"), ("max_tokens", most) })
        {
            if (body.TryGetProperty(from, out var value))
            {
                chat[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        if (body.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            chat["tools"] = new JsonArray([.. tools.EnumerateArray().Select(tool => Function(toolName(tool)))]);
        }

        return chat;
    }

    private static JsonObject Function(string? name) => new() { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } };

    private static IEnumerable<JsonNode?> System(JsonElement body, string field) =>
        body.TryGetProperty(field, out var text) && text.ValueKind is JsonValueKind.String or JsonValueKind.Array
            ? [new JsonObject { ["role"] = "system", ["content"] = JsonNode.Parse(text.GetRawText()) }]
            : [];

    private static IEnumerable<JsonNode?> Input(JsonElement body)
    {
        if (body.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.String)
        {
            return [new JsonObject { ["role"] = "user", ["content"] = input.GetString() }];
        }

        return List(body, "input").Select(item => item.TryGetProperty("role", out _)
            ? JsonNode.Parse(item.GetRawText())
            : new JsonObject { ["role"] = "tool", ["content"] = item.GetRawText() });
    }

    private static IEnumerable<JsonElement> List(JsonElement body, string field) =>
        body.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? list.EnumerateArray()
            : throw new FormatException($"{field} is a list of at least one item.");
}
