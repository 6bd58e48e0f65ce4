using System.Text.Json;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Looks into Docker's JSON as Docker does: names of fields in any case.</summary>
internal static class DockerJson
{
    /// <summary>Null for what is not there, or no object.</summary>
    public static JsonElement? Field(JsonElement? json, string name) => json is { ValueKind: JsonValueKind.Object } there
        && there.EnumerateObject().FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: not JsonValueKind.Undefined } found
            ? found.Value
            : null;

    /// <summary>Null for what is not there, or no text.</summary>
    public static string? Text(JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
