using System.Text.Json;

namespace Sky.Providers.Engines.Process;

/// <summary>What a runner is told; the content of <c>request.json</c>.</summary>
internal sealed record RunnerRequest : IReplicaRecord<RunnerRequest>
{
    /// <summary>Such as <c>hello-3</c>; names its control group.</summary>
    public required string Name { get; init; }

    /// <summary>Random; in the environment of all that the replica starts, so that it is found wherever it hides.</summary>
    public required string Token { get; init; }

    public required int Port { get; init; }

    public string? Setup { get; init; }

    public string? Run { get; init; }

    public string? WorkdirArchive { get; init; }

    /// <summary>The replica's environment but for its secrets, which no file holds.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Name of the control group of all replicas of this home.</summary>
    public required string Group { get; init; }

    /// <summary>Bytes; null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>In CPUs; null for no limit.</summary>
    public double? CpuLimit { get; init; }

    public static RunnerRequest Parse(JsonElement json)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in json.GetProperty("environment").EnumerateObject())
        {
            environment[variable.Name] = variable.Value.GetString()!;
        }

        return new RunnerRequest
        {
            Name = json.GetProperty("name").GetString()!,
            Token = json.GetProperty("token").GetString()!,
            Port = json.GetProperty("port").GetInt32(),
            Setup = json.OptionalString("setup"),
            Run = json.OptionalString("run"),
            WorkdirArchive = json.OptionalString("workdirArchive"),
            Environment = environment,
            Group = json.GetProperty("group").GetString()!,
            MemoryLimit = json.TryGetProperty("memoryLimit", out var memory) ? memory.GetInt64() : null,
            CpuLimit = json.TryGetProperty("cpuLimit", out var cpu) ? cpu.GetDouble() : null,
        };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("token", Token);
        json.WriteNumber("port", Port);
        json.WriteOptional("setup", Setup);
        json.WriteOptional("run", Run);
        json.WriteOptional("workdirArchive", WorkdirArchive);
        json.WriteStartObject("environment");
        foreach (var (name, value) in Environment)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("group", Group);
        if (MemoryLimit is { } memory)
        {
            json.WriteNumber("memoryLimit", memory);
        }

        if (CpuLimit is { } cpu)
        {
            json.WriteNumber("cpuLimit", cpu);
        }
    }
}
