using System.Text.Json;

namespace Sky.Providers.Engines.Process;

/// <summary>Optional properties of records: absent where null.</summary>
internal static class JsonProperties
{
    public static void WriteOptional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, time);
        }
    }

    public static void WriteList(this Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public static string? OptionalString(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static DateTimeOffset? OptionalTime(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;

    public static List<string> List(this JsonElement json, string name)
    {
        var values = new List<string>();
        if (json.TryGetProperty(name, out var array))
        {
            foreach (var value in array.EnumerateArray())
            {
                values.Add(value.GetString()!);
            }
        }

        return values;
    }
}
