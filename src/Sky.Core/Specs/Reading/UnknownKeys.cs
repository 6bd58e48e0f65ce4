using Sky.Core.Specs.Schema;

namespace Sky.Core.Specs.Reading;

/// <summary>What to say about a key that no field has: the name that was probably meant.</summary>
internal static class UnknownKeys
{
    // Longer keys are no misspelling of ours, and comparing them would cost time.
    private const int LongestKey = 64;

    public static string Message(string key, FieldGroup group)
    {
        var where = group.Path.Length == 0 ? "at the top of a service file" : $"in {group.Path}";
        if (Nearest(key, group) is { } meant)
        {
            return $"Instead of '{key}', did you mean '{meant}'?";
        }
        return Elsewhere(key, group) is { } place
            ? $"Found unsupported field '{key}': it belongs {place}."
            : $"Found unsupported field '{Shortened(key)}': there is no such field {where}.";
    }

    /// <summary>The field whose name is close to <paramref name="key"/>; null when none is.</summary>
    public static string? Nearest(string key, FieldGroup group)
    {
        if (key.Length is 0 or > LongestKey)
        {
            return null;
        }
        var word = key.Replace('-', '_').ToLowerInvariant();
        return group.Fields
            .Where(field => field.Use is FieldUse.Used or FieldUse.Kept)
            .Select(field => (field.Name, Distance: Distance(word, field.Name)))
            .Where(near => IsStartOf(near.Name, word) || near.Distance <= Math.Max(1, Math.Min(near.Name.Length, word.Length) / 3))
            .OrderBy(near => near.Distance)
            .Select(near => near.Name)
            .FirstOrDefault();
    }

    // initial_delay is far from initial_delay_seconds by letters, yet plainly means it.
    private static bool IsStartOf(string name, string word) => word.Length > 3 && name.StartsWith(word + "_", StringComparison.Ordinal);

    private static string? Elsewhere(string key, FieldGroup group)
    {
        FieldGroup[] others = [TaskFields.Group, ServiceFields.Group, ResourcesFields.Group, PolicyFields.Group, ProbeFields.Group];
        var home = others.FirstOrDefault(other => other != group && other.Find(key)?.Use is FieldUse.Used or FieldUse.Kept);
        return home is null ? null : home.Path.Length == 0 ? "at the top of the file" : $"in {home.Path}";
    }

    private static string Shortened(string key) => key.Length > LongestKey ? key[..LongestKey] + "..." : key;

    // Optimal string alignment: Levenshtein's, and two neighbours that changed places are one slip; three rows.
    private static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        var row = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
            (before, above, row) = (above, row, before);
        }
        return above[right.Length];
    }
}
