using System.Text.Json;

namespace LlmSim.Requests;

/// <summary>Decides whether a chat is answered with a tool call: dictated by <c>/tool NAME JSON</c>, or forced by <c>tool_choice</c>.</summary>
internal static class ToolScript
{
    private const string Command = "/tool ";

    public static ToolCall? Find(JsonElement body, string lastUser)
    {
        if (!body.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array || tools.GetArrayLength() == 0)
        {
            return null;
        }

        var choice = body.TryGetProperty("tool_choice", out var given) ? given : default;
        if (choice.ValueKind == JsonValueKind.String && choice.GetString() == "none")
        {
            return null;
        }

        if (lastUser.StartsWith(Command, StringComparison.Ordinal))
        {
            return Dictated(lastUser[Command.Length..].Trim());
        }

        return choice.ValueKind switch
        {
            JsonValueKind.Object => new ToolCall(FunctionName(choice), "{}"),
            JsonValueKind.String when choice.GetString() == "required" => new ToolCall(FunctionName(tools[0]), "{}"),
            _ => null,
        };
    }

    private static ToolCall Dictated(string script)
    {
        var space = script.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? new ToolCall(script, "{}") : new ToolCall(script[..space], script[(space + 1)..]);
    }

    private static string FunctionName(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object
        && tool.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object
        && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : throw new FormatException("a tool has a function with a name.");
}
