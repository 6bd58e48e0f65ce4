using Sky.Core;

namespace Sky.Controller.Hosting;

/// <summary>Why the gateway of this machine does not serve, from what it wrote to its log since it was last started.</summary>
/// <param name="home">Where its log is.</param>
/// <param name="room">The bytes that are free on the disk of the home.</param>
internal sealed class GatewayTrouble(SkyHome home, Func<long> room)
{
    /// <summary>Bytes below which a gateway that says nothing is taken to have had no room for its words.</summary>
    private const long LeastRoom = 64 << 10;

    private const int MostBytes = 64 << 10;
    private const int MostLines = 3;
    private static readonly string[] OwnWords = ["sky gateway: ", "Error: "];
    private long _from;
    private volatile string? _reason;

    /// <summary>One line; null: nothing is known to be wrong.</summary>
    public string? Reason => _reason;

    /// <summary>A gateway is about to be started, or was found running: what is in its log already says nothing of it.</summary>
    public void Begin() => _from = Length();

    /// <summary>The gateway is gone, or never came so far as to be there.</summary>
    public void Ended() => _reason = Read();

    public void Serves() => _reason = null;

    private long Length() => File.Exists(home.GatewayLog) ? new FileInfo(home.GatewayLog).Length : 0;

    private string Read()
    {
        var lines = Lines();
        foreach (var line in Enumerable.Reverse(lines))
        {
            if (Array.Find(OwnWords, word => line.StartsWith(word, StringComparison.Ordinal)) is { } word)
            {
                return line[word.Length..];
            }
        }

        if (room() < LeastRoom)
        {
            return $"no space left on device: {home.Root}";
        }

        return lines.Count == 0
            ? "it ended and wrote nothing to its log"
            : $"it ended without saying why; its log ends with: {string.Join(" | ", lines.TakeLast(MostLines))}";
    }

    private List<string> Lines()
    {
        try
        {
            using var log = new FileStream(home.GatewayLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A log that is shorter than it was has been rotated.
            log.Position = Math.Max(_from <= log.Length ? _from : 0, log.Length - MostBytes);
            using var reader = new StreamReader(log);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
