using System.Text.Json;

namespace Sky.Core.Simulation.Spot;

/// <summary>How many spot instances one zone could have given, over time.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="GapSeconds">Seconds each value holds; above 0.</param>
/// <param name="Values">Instances that could be held, one value after the other; never negative.</param>
public sealed record ZoneTrace(string Zone, double GapSeconds, IReadOnlyList<int> Values)
{
    private const string Form = """a trace is {"metadata": {"gap_seconds": 300}, "data": [4, 4, 3, …]}: how many instances could be held in each gap""";

    /// <exception cref="FormatException">It is no trace; the message says what is wrong and what is right.</exception>
    public static ZoneTrace Parse(string zone, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ZoneTrace(zone, Gap(document.RootElement), Data(document.RootElement));
        }
        catch (JsonException failure)
        {
            throw new FormatException($"it is not JSON (line {failure.LineNumber + 1}); {Form}", failure);
        }
    }

    private static double Gap(JsonElement root) =>
        root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object
            || !metadata.TryGetProperty("gap_seconds", out var gap)
            ? throw new FormatException($"metadata.gap_seconds is missing; {Form}")
            : gap.ValueKind == JsonValueKind.Number && gap.GetDouble() is > 0 and <= 86_400 and var seconds
                ? seconds
                : throw new FormatException($"metadata.gap_seconds is {gap.GetRawText()}; it is a number of seconds above 0, at most a day");

    private static int[] Data(JsonElement root)
    {
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"data is missing or no list; {Form}");
        }

        var values = new int[data.GetArrayLength()];
        var index = 0;
        foreach (var element in data.EnumerateArray())
        {
            values[index] = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= 0
                ? value
                : throw new FormatException($"value {index} of data is {Shorten(element.GetRawText())}; each is a whole number from 0 on");
            index++;
        }

        return values.Length > 0 ? values : throw new FormatException($"data is empty; {Form}");
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
