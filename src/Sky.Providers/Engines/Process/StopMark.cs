using System.Text.Json;

namespace Sky.Providers.Engines.Process;

/// <summary>The wish that a replica ends; the content of <c>stop.json</c>.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="GraceSeconds">From the polite signal to the hard one.</param>
internal sealed record StopMark(DateTimeOffset At, double GraceSeconds) : IReplicaRecord<StopMark>
{
    public static StopMark Parse(JsonElement json) => new(json.GetProperty("at").GetDateTimeOffset(), json.GetProperty("graceSeconds").GetDouble());

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("at", At);
        json.WriteNumber("graceSeconds", GraceSeconds);
    }
}
