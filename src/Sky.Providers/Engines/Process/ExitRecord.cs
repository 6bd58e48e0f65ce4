using System.Text.Json;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>How a replica ended; the content of <c>exit.json</c>.</summary>
internal sealed record ExitRecord : IReplicaRecord<ExitRecord>
{
    public DateTimeOffset? LaunchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null when nothing of it ever ran.</summary>
    public ReplicaExit? Exit { get; init; }

    public string? ProvisionError { get; init; }

    public string? Notice { get; init; }

    public static ExitRecord Parse(JsonElement json) => new()
    {
        LaunchedAt = json.OptionalTime("launchedAt"),
        StartedAt = json.OptionalTime("startedAt"),
        Exit = json.TryGetProperty("exit", out var exit) ? ParseExit(exit) : null,
        ProvisionError = json.OptionalString("provisionError"),
        Notice = json.OptionalString("notice"),
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteOptional("launchedAt", LaunchedAt);
        json.WriteOptional("startedAt", StartedAt);
        if (Exit is not null)
        {
            WriteExit(json, Exit);
        }

        json.WriteOptional("provisionError", ProvisionError);
        json.WriteOptional("notice", Notice);
    }

    private static ReplicaExit ParseExit(JsonElement json) => new()
    {
        Code = json.TryGetProperty("code", out var code) ? code.GetInt32() : null,
        Signal = json.OptionalString("signal"),
        Stage = json.OptionalString("stage"),
        OutOfMemory = json.TryGetProperty("outOfMemory", out var outOfMemory) && outOfMemory.GetBoolean(),
        At = json.OptionalTime("at"),
        LastLogLines = json.List("lastLogLines"),
    };

    private static void WriteExit(Utf8JsonWriter json, ReplicaExit exit)
    {
        json.WriteStartObject("exit");
        if (exit.Code is { } code)
        {
            json.WriteNumber("code", code);
        }

        json.WriteOptional("signal", exit.Signal);
        json.WriteOptional("stage", exit.Stage);
        json.WriteBoolean("outOfMemory", exit.OutOfMemory);
        json.WriteOptional("at", exit.At);
        json.WriteList("lastLogLines", exit.LastLogLines);
        json.WriteEndObject();
    }
}
