using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sky.Core.Tests.Specs;

/// <summary>Validates by the keywords of JSON Schema draft 7 that our schema uses; any other keyword is a failure.</summary>
internal static class SchemaValidator
{
    public static List<string> Problems(JsonElement schema, JsonElement value, string path = "$")
    {
        var problems = new List<string>();
        foreach (var keyword in schema.EnumerateObject())
        {
            problems.AddRange(Check(schema, keyword, value).Select(problem => problem.StartsWith('$') ? problem : $"{path}: {problem}"));
        }
        return problems;

        IEnumerable<string> Check(JsonElement parent, JsonProperty keyword, JsonElement node) => keyword.Name switch
        {
            "$schema" or "title" or "description" or "examples" or "deprecated" => [],
            "type" => Types(keyword.Value).Any(type => Is(type, node)) ? [] : [$"is not {keyword.Value}"],
            "enum" => node.ValueKind is JsonValueKind.Null || keyword.Value.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, node)) ? [] : [$"is none of {keyword.Value}"],
            "pattern" => node.ValueKind is not JsonValueKind.String || Regex.IsMatch(node.GetString()!, keyword.Value.GetString()!) ? [] : ["does not match"],
            "maxLength" => node.ValueKind is not JsonValueKind.String || node.GetString()!.Length <= keyword.Value.GetInt32() ? [] : ["is too long"],
            "minimum" => Number(node) is not { } n || n >= keyword.Value.GetDouble() ? [] : ["is too small"],
            "exclusiveMinimum" => Number(node) is not { } n || n > keyword.Value.GetDouble() ? [] : ["is too small"],
            "maximum" => Number(node) is not { } n || n <= keyword.Value.GetDouble() ? [] : ["is too big"],
            "maxProperties" => Members(node).Count() <= keyword.Value.GetInt32() ? [] : ["has too many members"],
            "maxItems" => node.ValueKind is not JsonValueKind.Array || node.GetArrayLength() <= keyword.Value.GetInt32() ? [] : ["has too many items"],
            "propertyNames" => Members(node).Where(member => !Regex.IsMatch(member.Name, keyword.Value.GetProperty("pattern").GetString()!)).Select(member => $"{path}.{member.Name}: may not be called so"),
            "anyOf" => keyword.Value.EnumerateArray().Any(one => Problems(one, node, path).Count == 0) ? [] : [$"is none of {keyword.Value}"],
            "required" => node.ValueKind is not JsonValueKind.Object ? [] : Types(keyword.Value).Where(name => !node.TryGetProperty(name, out _)).Select(name => $"lacks {name}"),
            "properties" => Members(node).Where(member => keyword.Value.TryGetProperty(member.Name, out _))
                .SelectMany(member => Problems(keyword.Value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}")),
            "additionalProperties" => Members(node).Where(member => !(parent.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _)))
                .SelectMany(member => keyword.Value.ValueKind switch
                {
                    JsonValueKind.True => [],
                    JsonValueKind.False => [$"{path}.{member.Name}: is unknown"],
                    _ => Problems(keyword.Value, member.Value, $"{path}.{member.Name}"),
                }),
            "items" => node.ValueKind is not JsonValueKind.Array ? [] : node.EnumerateArray().SelectMany((item, index) => Problems(keyword.Value, item, $"{path}[{index}]")),
            _ => [$"has the unknown keyword {keyword.Name}"],
        };
    }

    private static IEnumerable<string> Types(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? [value.GetString()!] : value.EnumerateArray().Select(item => item.GetString()!);

    private static IEnumerable<JsonProperty> Members(JsonElement node) => node.ValueKind is JsonValueKind.Object ? node.EnumerateObject() : [];

    private static double? Number(JsonElement node) => node.ValueKind is JsonValueKind.Number ? node.GetDouble() : null;

    private static bool Is(string type, JsonElement node) => (type, node.ValueKind) switch
    {
        ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => node.GetDouble() == Math.Floor(node.GetDouble()),
        _ => false,
    };
}
