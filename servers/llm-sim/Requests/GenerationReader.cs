using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Tokens;

namespace LlmSim.Requests;

/// <summary>Reads the body of a chat or completion request.</summary>
internal sealed class GenerationReader(SimOptions options)
{
    private const int MostChoices = 128;

    public bool TryRead(JsonElement body, bool chat, [NotNullWhen(true)] out GenerationRequest? request, [NotNullWhen(false)] out SimError? error)
    {
        request = null;
        try
        {
            request = Read(body, chat);
            error = Check(request);
        }
        catch (FormatException e)
        {
            error = new SimError(400, e.Message);
        }

        request = error is null ? request : null;
        return error is null;
    }

    private static GenerationRequest Read(JsonElement body, bool chat)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The body is not a JSON object.");
        }

        var lastUser = chat ? ChatPrompt.LastUser(body) : "";
        return new GenerationRequest
        {
            Chat = chat,
            Model = Text(body, "model") ?? throw new FormatException("model is missing."),
            Prompts = chat ? [Tokenizer.Cut(ChatPrompt.Render(body))] : CompletionPrompts(body),
            MaxTokens = Whole(body, "max_completion_tokens", 1) ?? Whole(body, "max_tokens", 1),
            Stream = Flag(body, "stream"),
            IncludeUsage = StreamOption(body, "include_usage"),
            ContinuousUsage = StreamOption(body, "include_usage") && StreamOption(body, "continuous_usage_stats"),
            Choices = Whole(body, "n", 1) ?? 1,
            Stops = Stops(body),
            Seed = Whole(body, "seed", int.MinValue),
            Say = lastUser.StartsWith("/say ", StringComparison.Ordinal) ? lastUser["/say ".Length..] : null,
            Tool = chat ? ToolScript.Find(body, lastUser) : null,
        };
    }

    private SimError? Check(GenerationRequest request)
    {
        if (!options.Models.Contains(request.Model))
        {
            return new SimError(404, $"The model `{request.Model}` does not exist.", "NotFoundError", "model", "model_not_found");
        }

        if (request.Choices > MostChoices)
        {
            return new SimError(400, $"n is at most {MostChoices}.", Parameter: "n");
        }

        var longest = request.Prompts.Max(p => p.Count) + (request.MaxTokens ?? 1);
        return longest <= options.ContextTokens ? null : new SimError(
            400,
            $"This model's maximum context length is {options.ContextTokens} tokens; prompt and completion need {longest}.",
            Parameter: "messages",
            Code: "context_length_exceeded");
    }

    private static List<IReadOnlyList<string>> CompletionPrompts(JsonElement body)
    {
        if (!body.TryGetProperty("prompt", out var prompt))
        {
            throw new FormatException("prompt is missing.");
        }

        return prompt.ValueKind switch
        {
            JsonValueKind.String => [Tokenizer.Cut(prompt.GetString()!)],
            JsonValueKind.Array when prompt.GetArrayLength() > 0 && prompt[0].ValueKind == JsonValueKind.Number => [TokenIds(prompt)],
            JsonValueKind.Array when prompt.GetArrayLength() > 0 => [.. prompt.EnumerateArray().Select(OnePrompt)],
            _ => throw new FormatException("prompt is a string, an array of strings, or of token ids."),
        };
    }

    private static IReadOnlyList<string> OnePrompt(JsonElement prompt) => prompt.ValueKind switch
    {
        JsonValueKind.String => Tokenizer.Cut(prompt.GetString()!),
        JsonValueKind.Array => TokenIds(prompt),
        _ => throw new FormatException("prompt is a string, an array of strings, or of token ids."),
    };

    private static List<string> TokenIds(JsonElement ids) => [.. ids.EnumerateArray().Select(id =>
        id.ValueKind == JsonValueKind.Number ? "#" + id.GetRawText() : throw new FormatException("prompt mixes token ids and others."))];

    private static string[] Stops(JsonElement body)
    {
        if (!body.TryGetProperty("stop", out var stop) || stop.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        string[] stops = stop.ValueKind switch
        {
            JsonValueKind.String => [stop.GetString()!],
            JsonValueKind.Array => [.. stop.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.String ? s.GetString()! : "")],
            _ => [""],
        };
        return stops.All(s => s.Length > 0) ? stops : throw new FormatException("stop is a string or an array of strings, none empty.");
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool StreamOption(JsonElement body, string name) =>
        body.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object && Flag(options, name);

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static int? Whole(JsonElement body, string name, int least)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least
            ? number
            : throw new FormatException($"{name} is a whole number{(least == 1 ? " of at least 1" : "")}.");
    }
}
