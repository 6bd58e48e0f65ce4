using System.Buffers;
using System.Text.Json;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>A node tree as JSON.</summary>
internal static class NodeJson
{
    public static JsonElement ToElement(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true }))
        {
            Write(writer, node);
        }
        using var json = JsonDocument.Parse(buffer.WrittenMemory, new() { MaxDepth = YamlLimits.Depth + 2 });
        return json.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlNode.Mapping map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }
                writer.WriteEndObject();
                break;
            case YamlNode.Sequence list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            case YamlNode.Scalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlNode.Scalar scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Boolean:
                writer.WriteBooleanValue(scalar.Number > 0);
                break;
            case ScalarKind.Integer:
                writer.WriteRawValue(scalar.Printed);
                break;
            case ScalarKind.Float when double.IsFinite(scalar.Number):
                writer.WriteNumberValue(scalar.Number);
                break;
            default:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
