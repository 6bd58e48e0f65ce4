using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Core.Metering;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>One request as one line of JSON. What it does not name it never holds: headers, queries, bodies, secrets.</summary>
internal static class AccessLine
{
    private const int LongestText = 512;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly byte[] End = "\n"u8.ToArray();

    public static void Write(RequestTelemetry request, IBufferWriter<byte> lines)
    {
        using (var json = new Utf8JsonWriter(lines, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", request.Time.UtcDateTime);
            json.WriteString("request_id", request.RequestId);
            Text(json, "method", request.Method);
            Text(json, "path", InferencePath.Of(request.Target));
            json.WriteNumber("status", request.Status);
            json.WriteString("outcome", request.Outcome);
            Text(json, "error", request.Error);
            Text(json, "service", request.Service?.Name.Value);
            Number(json, "version", request.Version, request.Version > 0);
            Number(json, "replica", request.Replica, request.Replica > 0);
            Text(json, "model", request.Model);
            Text(json, "key", request.KeyId);
            Use(json, request);
            Times(json, request);
            json.WriteEndObject();
        }

        lines.Write(End);
    }

    private static void Use(Utf8JsonWriter json, RequestTelemetry request)
    {
        Number(json, "retries", request.Attempts - 1, request.Attempts > 1);
        if (request.Operation is not null)
        {
            json.WriteBoolean("stream", request.IsStream);
        }

        if (request.Settlement is { } used)
        {
            json.WriteNumber("tokens_in", used.Usage.Prompt);
            json.WriteNumber("tokens_out", used.Usage.Completion);
            json.WriteNumber("tokens_cached", used.Usage.Cached);
            json.WriteString("tokens_kind", Words.Of(used.Kind));
        }

        Number(json, "bytes_in", request.BytesIn ?? 0, request.BytesIn > 0);
        Number(json, "bytes_out", request.BytesOut, request.BytesOut > 0);
    }

    private static void Times(Utf8JsonWriter json, RequestTelemetry request)
    {
        Milliseconds(json, "queue_ms", request.Wait);
        Milliseconds(json, "sent_ms", request.UntilSent);
        Milliseconds(json, "first_byte_ms", request.FirstByte);
        Milliseconds(json, "total_ms", request.Total);
    }

    private static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 3));
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long value, bool known)
    {
        if (known)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, ReadOnlySpan<char> value)
    {
        if (!value.IsEmpty)
        {
            json.WriteString(name, value.Length > LongestText ? value[..LongestText] : value);
        }
    }
}
