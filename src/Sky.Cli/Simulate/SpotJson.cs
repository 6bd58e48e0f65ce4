using System.Buffers;
using System.Text;
using System.Text.Json;
using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary>What <c>sky simulate spot -o json</c> prints: shares of 1, and numbers a window.</summary>
internal static class SpotJson
{
    public static string Of(IEnumerable<SpotResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var result in results)
            {
                var mean = result.Mean;
                json.WriteStartObject();
                json.WriteString("policy", result.Policy);
                json.WriteNumber("availability", mean.Availability);
                json.WriteNumber("cost", mean.Cost);
                json.WriteNumber("launches", mean.Launches);
                json.WriteNumber("preemptions", mean.Preemptions);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
