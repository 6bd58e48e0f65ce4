using System.Buffers;
using System.Text;
using System.Text.Json;
using Sky.Gateway.Simulation;

namespace Sky.Cli.Simulate;

/// <summary>What <c>sky simulate routing -o json</c> prints: seconds, and shares of 1.</summary>
internal static class RoutingJson
{
    public static string Of(IEnumerable<RoutingResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var result in results)
            {
                json.WriteStartObject();
                json.WriteString("policy", result.Policy);
                json.WriteNumber("hit", result.Hit);
                json.WriteNumber("ttftMean", result.TtftMean);
                json.WriteNumber("ttftP50", result.TtftP50);
                json.WriteNumber("ttftP99", result.TtftP99);
                json.WriteNumber("loadMaxOverMean", result.LoadMaxOverMean);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
