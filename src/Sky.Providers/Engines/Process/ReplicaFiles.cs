using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sky.Core.Processes;

namespace Sky.Providers.Engines.Process;

/// <summary>Reads and writes the records of a replica's folder.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunnerRequest))]
[JsonSerializable(typeof(RunnerRecord))]
[JsonSerializable(typeof(StopMark))]
[JsonSerializable(typeof(ExitRecord))]
internal sealed partial class ReplicaFiles : JsonSerializerContext
{
    /// <summary>Null when there is no such file, or when it is none of ours (ours are always whole).</summary>
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        // Asked first: most of these files do not exist most of the time, and exceptions are dear.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes it whole, for the owner only.</summary>
    public static void Write<T>(string path, T record, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(record, type));
}
