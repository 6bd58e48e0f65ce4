using System.Text;
using System.Text.Json;

namespace LlmSim.Requests;

/// <summary>The messages of a chat as one prompt, in the manner of a chat template.</summary>
internal static class ChatPrompt
{
    /// <exception cref="FormatException">The messages are missing or malformed.</exception>
    public static string Render(JsonElement body)
    {
        var prompt = new StringBuilder();
        if (body.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            prompt.Append(tools.GetRawText());
        }

        foreach (var message in Messages(body))
        {
            prompt.Append("<|").Append(Role(message)).Append("|>").Append(Content(message)).Append("<|end|>");
        }

        return prompt.Append("<|assistant|>").ToString();
    }

    /// <summary>Text of the last message of the role user; empty where there is none.</summary>
    public static string LastUser(JsonElement body) => Messages(body).Where(m => Role(m) == "user").Select(Content).LastOrDefault("");

    private static IEnumerable<JsonElement> Messages(JsonElement body) =>
        body.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0
            ? messages.EnumerateArray()
            : throw new FormatException("messages is a list of at least one message.");

    private static string Role(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String
            ? role.GetString()!
            : throw new FormatException("every message has a role.");

    private static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return "";
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Null => "",
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(Part)),
            _ => throw new FormatException("content is a string or a list of parts."),
        };
    }

    // What is not text (an image, a sound) counts as its own JSON: deterministic, and not free.
    private static string Part(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : part.GetRawText();
}
