using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Core;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>What <c>check -o json</c> prints. Secrets are masked.</summary>
internal static class CheckJson
{
    public static string Of(IEnumerable<ServiceFile> files)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartArray();
            foreach (var file in files)
            {
                json.WriteStartObject();
                json.WriteString("file", file.Shown);
                json.WriteBoolean("ok", file.Result.Ok);
                Write(json, "errors", file.Result.Errors);
                Write(json, "warnings", file.Result.Warnings);
                json.WritePropertyName("spec");
                if (file.Result.Spec is { } spec)
                {
                    JsonSerializer.Serialize(json, spec.Redacted(), SkyJson.Default.ServiceSpec);
                }
                else
                {
                    json.WriteNullValue();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<SpecProblem> problems)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteNumber("line", problem.Line);
            json.WriteString("path", problem.Path);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
