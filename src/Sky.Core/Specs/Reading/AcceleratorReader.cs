using System.Globalization;
using System.Text.RegularExpressions;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>
/// Reads accelerators in every form SkyPilot takes: <c>A100</c>, <c>A100:4</c>, a mapping of names to counts or to nothing
/// (any of them), a list (in this order), and by memory (<c>80GB+</c>, <c>NVIDIA:80GB:2</c>).
/// </summary>
internal sealed partial class AcceleratorReader(SpecProblems problems)
{
    public AcceleratorChoices Read(YamlNode node, string path) => node switch
    {
        YamlNode.Scalar { Kind: ScalarKind.Text } scalar when scalar.Text.Equals("none", StringComparison.OrdinalIgnoreCase) => AcceleratorChoices.None,
        YamlNode.Scalar { Kind: ScalarKind.Text } scalar => new(One(scalar.Text, scalar, path), false),
        YamlNode.Mapping map => new([.. map.Entries.SelectMany(entry => FromEntry(entry, path))], false),
        YamlNode.Sequence list => new([.. list.Items.SelectMany((item, index) => FromItem(item, $"{path}[{index}]"))], list.Items.Count > 1),
        _ => AcceleratorChoices.None,
    };

    private (string, double)[] FromEntry(YamlEntry entry, string path)
    {
        if (entry.Value.IsNull)
        {
            return One(entry.Key, entry.Value, path);
        }
        if (entry.Value.AsNumber() is { } count)
        {
            return Counted(entry.Key, count, entry.Value, path);
        }
        problems.Error(entry.Line, $"{path}.{entry.Key}", $"Write how many {entry.Key} a node needs as a number, such as {entry.Key}: 4.");
        return [];
    }

    private (string, double)[] FromItem(YamlNode item, string path)
    {
        if (item.AsText() is { } text)
        {
            return One(text, item, path);
        }
        problems.Error(item.Line, path, "Each accelerator of a list is written as text, such as A100:4.");
        return [];
    }

    private (string, double)[] One(string text, YamlNode node, string path)
    {
        text = text.Trim();
        var at = text.LastIndexOf(':');
        if (at < 0 || ByMemory().IsMatch(text[(at + 1)..]))
        {
            return Counted(text, 1, node, path);
        }
        if (!double.TryParse(text[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var count) || !double.IsFinite(count))
        {
            problems.Error(node.Line, path, $"The \"accelerators\" field as a str should be <name> or <name>:<cnt>. Found: '{text}'");
            return [];
        }
        return Counted(text[..at], count, node, path);
    }

    private (string, double)[] Counted(string name, double count, YamlNode node, string path)
    {
        if (!Name().IsMatch(name))
        {
            problems.Error(node.Line, path, $"The \"accelerators\" field as a str should be <name> or <name>:<cnt>. Found: '{name}'");
            return [];
        }
        if (count is <= 0 or > 10_000)
        {
            problems.Error(node.Line, path, $"Accelerator count must be a positive number. Got: '{name}': {NodeValues.Invariant(count)}.");
            return [];
        }
        return [(name, count)];
    }

    [GeneratedRegex("^[0-9]+(?:\\.[0-9]+)?[GMT]B\\+?\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ByMemory();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.+ -]*(?::[0-9.]+[GMT]B\\+?)?\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
