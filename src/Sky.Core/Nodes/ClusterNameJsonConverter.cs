using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Nodes;

/// <summary>Writes the name as a string, also as a key of an object.</summary>
public sealed class ClusterNameJsonConverter : JsonConverter<ClusterName>
{
    public override ClusterName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && ClusterName.IsValid(text) ? new ClusterName(text) : throw new JsonException(ClusterName.Rule);

    public override void Write(Utf8JsonWriter writer, ClusterName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override ClusterName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ClusterName value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
