using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>Services as <c>status -o json</c> prints them. Every key is always there, null where there is nothing to say.</summary>
internal static class StatusJson
{
    public static string Of(IReadOnlyList<ServiceView> services, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartArray();
            foreach (var service in services)
            {
                Write(json, service);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ServiceView service)
    {
        json.WriteStartObject();
        json.WriteString("name", service.Name);
        json.WriteString("status", StatusWords.Of(service.Status));
        json.WriteString("endpoint", service.Endpoint);
        json.WriteStartArray("versions");
        foreach (var version in service.Versions)
        {
            json.WriteNumberValue(version);
        }

        json.WriteEndArray();
        WriteNumber(json, "uptimeSeconds", service.UptimeSeconds);
        json.WriteNumber("targetVersion", service.TargetVersion);
        json.WriteNumber("readyReplicas", service.ReadyReplicas);
        json.WriteNumber("totalReplicas", service.TotalReplicas);
        json.WriteNumber("targetReplicas", service.TargetReplicas);
        WriteNumber(json, "pinnedReplicas", service.PinnedReplicas);
        json.WriteNumber("cutRequests", service.CutRequests);
        json.WriteString("message", service.Message);
        json.WriteString("trouble", service.Trouble);
        json.WriteStartArray("replicas");
        foreach (var replica in service.Replicas)
        {
            Write(json, replica);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReplicaView replica)
    {
        json.WriteStartObject();
        json.WriteNumber("id", replica.Id);
        json.WriteNumber("version", replica.Version);
        json.WriteString("status", StatusWords.Of(replica.Status));
        json.WriteString("endpoint", replica.Endpoint);
        json.WriteString("cloud", replica.Cloud);
        json.WriteString("node", replica.Node);
        json.WriteString("region", replica.Region);
        json.WriteString("zone", replica.Zone);
        json.WriteString("instanceType", replica.InstanceType);
        json.WriteBoolean("useSpot", replica.UseSpot);
        if (replica.HourlyCost is { } cost)
        {
            json.WriteNumber("hourlyCost", cost);
        }
        else
        {
            json.WriteNull("hourlyCost");
        }

        WriteTime(json, "launchedAt", replica.LaunchedAt);
        json.WriteString("reason", replica.Reason);
        json.WriteString("resources", replica.Resources);
        json.WriteNumber("inFlight", replica.InFlight);
        WriteTime(json, "drainUntil", replica.DrainUntil);
        json.WritePropertyName("exit");
        if (replica.Exit is null)
        {
            json.WriteNullValue();
        }
        else
        {
            WriteExit(json, replica.Exit);
        }

        json.WriteEndObject();
    }

    private static void WriteExit(Utf8JsonWriter json, ReplicaExit exit)
    {
        json.WriteStartObject();
        WriteNumber(json, "code", exit.Code);
        json.WriteString("signal", exit.Signal);
        json.WriteString("stage", exit.Stage);
        json.WriteBoolean("outOfMemory", exit.OutOfMemory);
        WriteTime(json, "at", exit.At);
        json.WriteStartArray("lastLogLines");
        foreach (var line in exit.LastLogLines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        json.WritePropertyName(name);
        if (value is { } time)
        {
            json.WriteStringValue(time);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
