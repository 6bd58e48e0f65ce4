using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>Writes a <see cref="ReplicaId"/> as a bare number, as a string where it is a dictionary key.</summary>
public sealed class ReplicaIdJsonConverter : JsonConverter<ReplicaId>
{
    public override ReplicaId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, ReplicaId value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);

    public override ReplicaId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(int.Parse(reader.GetString()!, CultureInfo.InvariantCulture));

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ReplicaId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
