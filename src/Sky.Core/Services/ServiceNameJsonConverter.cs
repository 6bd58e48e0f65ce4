using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>Writes a <see cref="ServiceName"/> as a bare string, also as a dictionary key.</summary>
public sealed class ServiceNameJsonConverter : JsonConverter<ServiceName>
{
    public override ServiceName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A service name is a string."));

    public override void Write(Utf8JsonWriter writer, ServiceName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    public override ServiceName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ServiceName value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
