using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Keys;

/// <summary>Writes a <see cref="KeyId"/> as a bare string, also as a dictionary key.</summary>
public sealed class KeyIdJsonConverter : JsonConverter<KeyId>
{
    public override KeyId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("The id of a key is a string."));

    public override void Write(Utf8JsonWriter writer, KeyId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override KeyId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, KeyId value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
