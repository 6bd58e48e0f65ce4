using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Nodes;

/// <summary>Writes the name as a string, also as a key of an object.</summary>
public sealed class NodeNameJsonConverter : JsonConverter<NodeName>
{
    public override NodeName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && NodeName.IsValid(text) ? new NodeName(text) : throw new JsonException(NodeName.Rule);

    public override void Write(Utf8JsonWriter writer, NodeName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override NodeName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, NodeName value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
