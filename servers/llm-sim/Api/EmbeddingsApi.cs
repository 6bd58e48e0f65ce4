using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmSim.Requests;
using LlmSim.Tokens;

namespace LlmSim.Api;

/// <summary><c>POST /v1/embeddings</c>: a unit vector that follows from the seed and the text.</summary>
internal sealed class EmbeddingsApi(SimOptions options)
{
    private const int DefaultDimensions = 384;
    private const int MostDimensions = 8192;

    public async Task HandleAsync(HttpContext http)
    {
        JsonObject? answer = null;
        var error = new SimError(400, "The body is an object with model, input (a string or strings), and maybe dimensions and encoding_format.");
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            answer = Answer(body.RootElement, ref error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The error says what is right.
        }

        if (answer is null)
        {
            await ErrorReply.WriteAsync(http.Response, error, http.RequestAborted);
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }

    private JsonObject? Answer(JsonElement body, ref SimError error)
    {
        var model = body.GetProperty("model").GetString()!;
        if (!options.Models.Contains(model))
        {
            error = new SimError(404, $"The model `{model}` does not exist.", "NotFoundError", "model", "model_not_found");
            return null;
        }

        var dimensions = body.TryGetProperty("dimensions", out var d) ? d.GetInt32() : DefaultDimensions;
        if (dimensions is < 1 or > MostDimensions)
        {
            return null;
        }

        var base64 = body.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        var inputs = Inputs(body.GetProperty("input"));
        var tokens = inputs.Sum(i => Tokenizer.Cut(i).Count);
        return new JsonObject
        {
            ["object"] = "list",
            ["model"] = model,
            ["data"] = new JsonArray([.. inputs.Select((input, i) => Entry(i, Vector(input, dimensions), base64))]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        };
    }

    private static List<string> Inputs(JsonElement input) =>
        input.ValueKind == JsonValueKind.String ? [input.GetString()!] : [.. input.EnumerateArray().Select(i => i.GetString()!)];

    private static JsonObject Entry(int index, float[] vector, bool base64) => new()
    {
        ["object"] = "embedding",
        ["index"] = index,
        ["embedding"] = base64
            ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector))
            : new JsonArray([.. vector.Select(v => (JsonNode)v)]),
    };

    private float[] Vector(string input, int dimensions)
    {
        var seed = StableHash.Add(StableHash.Add(StableHash.Start, options.Seed), input);
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = ((StableHash.Add(seed, i) >> 40) / (float)(1 << 23)) - 1;
        }

        var length = MathF.Sqrt(vector.Sum(v => v * v));
        return Array.ConvertAll(vector, v => v / length);
    }
}
