using System.Text.Json;
using Sky.Core.Processes;

namespace Sky.Providers.Engines.Process;

/// <summary>Reads and writes the records of a replica's folder.</summary>
internal static class ReplicaFiles
{
    /// <summary>Null when there is no such file, or when it is none of ours (ours are always whole).</summary>
    public static T? Read<T>(string path)
        where T : class, IReplicaRecord<T>
    {
        // Asked first: most of these files do not exist most of the time, and exceptions are dear.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return T.Parse(json.RootElement);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException
            or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it whole, for the owner only.</summary>
    /// <param name="path">The file.</param>
    /// <param name="record">Its content.</param>
    /// <param name="durable">Whether it counts after a restart of the machine, when nothing runs any more.</param>
    public static void Write<T>(string path, T record, bool durable)
        where T : class, IReplicaRecord<T>
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            record.Write(json);
            json.WriteEndObject();
        }

        AtomicFile.Write(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), durable: durable);
    }
}
