using System.Globalization;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>Finds series in Prometheus' text format, version 0.0.4.</summary>
public static class ExpositionText
{
    /// <summary>The values of all series of a name that have all the labels, added up; null: there is none.</summary>
    public static double? Sum(string text, string name, IReadOnlyDictionary<string, string> labels)
    {
        double? sum = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (line.StartsWith(name, StringComparison.Ordinal) && Read(line[name.Length..], labels) is { } value)
            {
                sum = (sum ?? 0) + value;
            }
        }

        return sum;
    }

    /// <summary>The value of what follows a name; null: it is another name, it lacks a label, or is no number.</summary>
    private static double? Read(ReadOnlySpan<char> rest, IReadOnlyDictionary<string, string> labels)
    {
        var found = 0;
        if (rest.Length > 0 && rest[0] == '{')
        {
            rest = rest[1..].TrimStart();
            while (rest.Length > 0 && rest[0] != '}')
            {
                if (rest.IndexOf("=\"", StringComparison.Ordinal) is not (> 0 and var equals) || Quoted(rest[(equals + 2)..], out var length) is not { } value)
                {
                    return null;
                }

                found += labels.TryGetValue(rest[..equals].Trim().ToString(), out var wanted) && wanted == value ? 1 : 0;
                rest = rest[(equals + 2 + length)..].TrimStart().TrimStart(',').TrimStart();
            }

            rest = rest.Length > 0 ? rest[1..] : rest;
        }
        else if (rest.Length == 0 || !char.IsWhiteSpace(rest[0]))
        {
            return null;
        }

        rest = rest.TrimStart();
        var end = rest.IndexOfAny(' ', '\t');
        return found == labels.Count && double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    /// <summary>The text up to the closing quotation mark; null: there is none.</summary>
    private static string? Quoted(ReadOnlySpan<char> text, out int length)
    {
        var value = new System.Text.StringBuilder();
        for (length = 0; length < text.Length; length++)
        {
            switch (text[length])
            {
                case '"':
                    length++;
                    return value.ToString();
                case '\\' when length + 1 < text.Length:
                    length++;
                    value.Append(text[length] == 'n' ? '\n' : text[length]);
                    break;
                default:
                    value.Append(text[length]);
                    break;
            }
        }

        return null;
    }
}
