using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Core.Specs.Schema;

namespace Sky.Core.Specs;

/// <summary>The JSON Schema (draft 7) of a service file, for editors; from the table that the reader itself uses.</summary>
public static class SpecSchema
{
    /// <summary>The schema as indented JSON, ending in a line feed.</summary>
    public static string Generate()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            writer.WriteString("title", "Skyswarm service file");
            new SchemaWriter(writer).WriteGroup(TaskFields.Group);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
