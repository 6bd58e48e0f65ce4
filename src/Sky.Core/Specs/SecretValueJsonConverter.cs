using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Specs;

/// <summary>Carries the real value between our own processes and the store. What people see goes through <see cref="SpecRedaction"/> first.</summary>
public sealed class SecretValueJsonConverter : JsonConverter<SecretValue>
{
    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Reveal());
}
