using System.Globalization;
using System.Text.Json;

namespace Sky.Gateway.Simulation;

/// <summary>
/// Reads a recorded workload, by its content: lines of JSON as Mooncake publishes them (<c>timestamp</c> in ms, <c>input_length</c>,
/// <c>output_length</c>, <c>hash_ids</c>: one for each 512 tokens of the prompt), or CSV as Azure does (<c>TIMESTAMP,ContextTokens,GeneratedTokens</c>).
/// </summary>
public sealed class RequestTrace
{
    /// <summary>Tokens of one block of a trace.</summary>
    public const int BlockTokens = 512;

    private const ulong Prime = 0x9E3779B97F4A7C15;

    private RequestTrace(IReadOnlyList<TracedRequest> requests) => Requests = requests;

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<TracedRequest> Requests { get; }

    /// <exception cref="FormatException">A line is of neither format; the message names it.</exception>
    public static RequestTrace Read(TextReader reader)
    {
        var requests = new List<TracedRequest>();
        DateTimeOffset? began = null;
        var columns = -1;
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (text.TrimStart().StartsWith('{'))
            {
                requests.Add(FromJson(text, line));
            }
            else if (columns < 0 && text.StartsWith("TIMESTAMP", StringComparison.OrdinalIgnoreCase))
            {
                columns = text.Split(',').Length;
            }
            else
            {
                requests.Add(FromCsv(text, line, ref began));
            }
        }

        return requests.Count > 0
            ? new RequestTrace([.. requests.OrderBy(request => request.Seconds)])
            : throw new FormatException("there is no request in it");
    }

    /// <summary>How many blocks a cache without end would have had, of all the trace's blocks; the measure of every policy's hits.</summary>
    public long IdealHits()
    {
        var seen = new HashSet<ulong>();
        var hits = 0L;
        foreach (var request in Requests)
        {
            var known = 0;
            while (known < request.Blocks.Length && seen.Contains(request.Blocks[known]))
            {
                known++;
            }

            hits += known;
            seen.UnionWith(request.Blocks);
        }

        return hits;
    }

    /// <summary>Different blocks in all.</summary>
    public int DistinctBlocks() => Requests.SelectMany(request => request.Blocks).Distinct().Count();

    private static TracedRequest FromJson(string text, int line)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var blocks = root.TryGetProperty("hash_ids", out var ids) ? Chain(ids) : [];
            return new TracedRequest(
                root.GetProperty("timestamp").GetDouble() / 1000, Count(root, "input_length"), Count(root, "output_length"), blocks);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"line {line} is not a request: {{\"timestamp\": ms, \"input_length\": n, \"output_length\": n, \"hash_ids\": [n, …]}} is wanted");
        }
    }

    private static int Count(JsonElement request, string name) =>
        request.GetProperty(name).GetInt32() is >= 0 and var count ? count : throw new FormatException();

    /// <summary>Each id alone may be of a block's own content only: joined to those before it, it stands for the prefix.</summary>
    private static ulong[] Chain(JsonElement ids)
    {
        var blocks = new ulong[ids.GetArrayLength()];
        var before = 0UL;
        var i = 0;
        foreach (var id in ids.EnumerateArray())
        {
            var mixed = (before ^ unchecked((ulong)id.GetInt64())) * Prime;
            blocks[i++] = before = mixed ^ (mixed >> 29);
        }

        return blocks;
    }

    private static TracedRequest FromCsv(string text, int line, ref DateTimeOffset? began)
    {
        var cells = text.Split(',');
        if (cells.Length < 3
            || !DateTimeOffset.TryParse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prompt)
            || !int.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out var output))
        {
            throw new FormatException($"line {line} is not a request: TIMESTAMP,ContextTokens,GeneratedTokens is wanted");
        }

        began ??= at;
        return new TracedRequest((at - began.Value).TotalSeconds, prompt, output, []);
    }
}
