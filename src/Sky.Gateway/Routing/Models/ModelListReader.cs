using System.Text.Json;

namespace Sky.Gateway.Routing.Models;

/// <summary>Reads what a replica answers at <c>/v1/models</c>.</summary>
internal static class ModelListReader
{
    private const int MostModels = 1000;
    private const int LongestName = 256;

    /// <summary>The names in their order; null when it is no such list.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("data", out var data) || data.ValueKind is not JsonValueKind.Array)
            {
                return null;
            }

            return [.. data.EnumerateArray().Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostModels)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonElement model) =>
        model.ValueKind is JsonValueKind.Object && model.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String
        && id.GetString() is { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl)
            ? name
            : null;
}
