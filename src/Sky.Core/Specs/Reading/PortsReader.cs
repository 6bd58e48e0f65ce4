using System.Globalization;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>ports</c>: a number, a range, comma lists of them, or a list of all those; sorted and merged.</summary>
internal sealed class PortsReader(SpecProblems problems)
{
    public IReadOnlyList<PortRange> Read(YamlNode? node, string path)
    {
        var ranges = new List<PortRange>();
        foreach (var item in node is YamlNode.Sequence list ? list.Items : node is null ? [] : [node])
        {
            if (item is YamlNode.Scalar { Kind: ScalarKind.Integer or ScalarKind.Text } scalar)
            {
                Add(ranges, scalar, path);
            }
        }
        return Merged(ranges);
    }

    private void Add(List<PortRange> ranges, YamlNode.Scalar scalar, string path)
    {
        if (scalar.AsInteger() is { } number && scalar.Kind is not ScalarKind.Text)
        {
            // The field checker has reported a number out of range.
            AddRange(ranges, number, number);
            return;
        }
        foreach (var part in scalar.Text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Equals("none", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            var known = ends.Length is 1 or 2 && ends.All(end => end.Length is > 0 and < 8 && end.All(char.IsAsciiDigit));
            if (!known)
            {
                problems.Error(scalar.Line, path, Form(part, scalar));
                continue;
            }
            var numbers = ends.Select(end => long.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            if (!AddRange(ranges, numbers[0], numbers[^1]))
            {
                problems.Error(scalar.Line, path, Range(numbers, scalar));
            }
        }
    }

    private static string Form(string part, YamlNode.Scalar scalar) =>
        $"Invalid port {(scalar.Filled ?? $"'{part}'")}. Please write a number between 1 and 65535, or a range in the format \"from-to\".";

    private static string Range(long[] numbers, YamlNode.Scalar scalar) => numbers.Length == 1
        ? $"Invalid port {scalar.Filled ?? $"{numbers[0]}"}. Please use a port number between 1 and 65535."
        : $"Invalid port range {scalar.Filled ?? $"{numbers[0]}-{numbers[1]}"}. Please use the format \"from-to\", both between 1 and 65535, with from not above to.";

    private static bool AddRange(List<PortRange> ranges, long from, long to)
    {
        if (from < 1 || to > 65535 || from > to)
        {
            return false;
        }
        ranges.Add(new((int)from, (int)to));
        return true;
    }

    private static List<PortRange> Merged(List<PortRange> ranges)
    {
        var merged = new List<PortRange>();
        foreach (var range in ranges.OrderBy(range => range.From))
        {
            if (merged.Count > 0 && range.From <= merged[^1].To + 1)
            {
                merged[^1] = merged[^1] with { To = Math.Max(merged[^1].To, range.To) };
            }
            else
            {
                merged.Add(range);
            }
        }
        return merged;
    }
}
