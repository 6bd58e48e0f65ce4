using System.Text.Json;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Client;

/// <summary>
/// Reads services from the API's answers and watch lines field by field. The serializer gives the same, but compiles several hundred
/// generic methods at first use, which is most of the time that <c>sky serve status</c> takes.
/// </summary>
internal static class ServiceViewReader
{
    public static IReadOnlyList<ServiceView> ReadAll(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return ReadAll(document.RootElement);
    }

    public static ServiceView ReadOne(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    public static IReadOnlyList<ServiceView> ReadAll(JsonElement array) => Items(array, Read);

    public static ServiceView Read(JsonElement json) => new()
    {
        Name = Text(json, "name")!,
        Status = StatusWords.ServiceOf(Text(json, "status")!),
        Endpoint = Text(json, "endpoint"),
        Versions = Items(json.GetProperty("versions"), element => element.GetInt32()),
        TargetVersion = json.GetProperty("targetVersion").GetInt32(),
        UptimeSeconds = Find(json, "uptimeSeconds") is { } uptime ? uptime.GetInt64() : null,
        ReadyReplicas = json.GetProperty("readyReplicas").GetInt32(),
        TotalReplicas = json.GetProperty("totalReplicas").GetInt32(),
        TargetReplicas = json.GetProperty("targetReplicas").GetInt32(),
        PinnedReplicas = Number(json, "pinnedReplicas"),
        AutoscalingPolicy = Text(json, "autoscalingPolicy")!,
        LoadBalancingPolicy = Text(json, "loadBalancingPolicy")!,
        RequestedResources = Text(json, "requestedResources")!,
        CutRequests = Find(json, "cutRequests") is { } cut ? cut.GetInt64() : 0,
        Message = Text(json, "message"),
        Trouble = Text(json, "trouble"),
        Replicas = Items(json.GetProperty("replicas"), Replica),
    };

    private static ReplicaView Replica(JsonElement json) => new()
    {
        Id = json.GetProperty("id").GetInt32(),
        Version = json.GetProperty("version").GetInt32(),
        Status = StatusWords.ReplicaOf(Text(json, "status")!),
        Endpoint = Text(json, "endpoint"),
        Cloud = Text(json, "cloud")!,
        Node = Text(json, "node")!,
        Region = Text(json, "region"),
        Zone = Text(json, "zone"),
        InstanceType = Text(json, "instanceType"),
        UseSpot = Find(json, "useSpot") is { ValueKind: JsonValueKind.True },
        HourlyCost = Find(json, "hourlyCost") is { ValueKind: JsonValueKind.Number } cost ? cost.GetDouble() : null,
        LaunchedAt = Time(json, "launchedAt"),
        Reason = Text(json, "reason"),
        Resources = Text(json, "resources"),
        Exit = Find(json, "exit") is { } exit ? Exit(exit) : null,
        InFlight = Number(json, "inFlight") ?? 0,
        DrainUntil = Time(json, "drainUntil"),
    };

    private static ReplicaExit Exit(JsonElement json) => new()
    {
        Code = Number(json, "code"),
        Signal = Text(json, "signal"),
        Stage = Text(json, "stage"),
        OutOfMemory = Find(json, "outOfMemory") is { ValueKind: JsonValueKind.True },
        At = Time(json, "at"),
        LastLogLines = Find(json, "lastLogLines") is { } lines ? Items(lines, line => line.GetString()!) : [],
    };

    private static T[] Items<T>(JsonElement array, Func<JsonElement, T> read)
    {
        var items = new T[array.GetArrayLength()];
        var i = 0;
        foreach (var element in array.EnumerateArray())
        {
            items[i++] = read(element);
        }

        return items;
    }

    private static JsonElement? Find(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement json, string name) => Find(json, name)?.GetString();

    private static int? Number(JsonElement json, string name) => Find(json, name)?.GetInt32();

    private static DateTimeOffset? Time(JsonElement json, string name) => Find(json, name)?.GetDateTimeOffset();
}
