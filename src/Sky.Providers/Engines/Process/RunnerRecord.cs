using System.Text.Json;

namespace Sky.Providers.Engines.Process;

/// <summary>What a runner tells of itself; the content of <c>runner.json</c>. Whether it lives is told by the lock alone.</summary>
internal sealed record RunnerRecord : IReplicaRecord<RunnerRecord>
{
    public required int Pid { get; init; }

    /// <summary>The runner's start in clock ticks since boot; with pid and boot id it names one process for ever.</summary>
    public long StartTicks { get; init; }

    /// <summary>Changes when the machine restarts; empty where the system has none.</summary>
    public required string BootId { get; init; }

    public required DateTimeOffset LaunchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary><c>setup</c> or <c>run</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The first process of each stage; each leads a session and a group of its own.</summary>
    public IReadOnlyList<SessionLeader> Leaders { get; init; } = [];

    /// <summary>Folders of the control groups that hold the replica.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public string? Notice { get; init; }

    /// <summary>That of the request, by which its processes are found where the request's file is damaged; null in records of an older build.</summary>
    public string? Token { get; init; }

    public static RunnerRecord Parse(JsonElement json) => new()
    {
        Pid = json.GetProperty("pid").GetInt32(),
        StartTicks = json.GetProperty("startTicks").GetInt64(),
        BootId = json.GetProperty("bootId").GetString()!,
        LaunchedAt = json.GetProperty("launchedAt").GetDateTimeOffset(),
        StartedAt = json.OptionalTime("startedAt"),
        Stage = json.GetProperty("stage").GetString()!,
        Leaders = ParseLeaders(json.GetProperty("leaders")),
        Groups = json.List("groups"),
        Notice = json.OptionalString("notice"),
        Token = json.OptionalString("token"),
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("pid", Pid);
        json.WriteNumber("startTicks", StartTicks);
        json.WriteString("bootId", BootId);
        json.WriteString("launchedAt", LaunchedAt);
        json.WriteOptional("startedAt", StartedAt);
        json.WriteString("stage", Stage);
        json.WriteStartArray("leaders");
        foreach (var leader in Leaders)
        {
            json.WriteStartObject();
            json.WriteNumber("pid", leader.Pid);
            json.WriteNumber("startTicks", leader.StartTicks);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteList("groups", Groups);
        json.WriteOptional("notice", Notice);
        json.WriteOptional("token", Token);
    }

    private static List<SessionLeader> ParseLeaders(JsonElement json)
    {
        var leaders = new List<SessionLeader>();
        foreach (var leader in json.EnumerateArray())
        {
            leaders.Add(new SessionLeader(leader.GetProperty("pid").GetInt32(), leader.GetProperty("startTicks").GetInt64()));
        }

        return leaders;
    }
}
