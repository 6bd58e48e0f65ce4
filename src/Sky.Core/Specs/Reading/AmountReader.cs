using System.Globalization;
using System.Text.RegularExpressions;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads amounts: CPUs (<c>4</c>, <c>4+</c>), memory in GB (<c>16</c>, <c>16+</c>, <c>16Gi</c>, <c>1024MB+</c>) and disks.</summary>
internal sealed partial class AmountReader(SpecProblems problems)
{
    private const double Most = 1_000_000;

    public ResourceAmount? Cpus(YamlNode? node, string path) => Read(node, path, PlainAmount(), _ => 1,
        "The \"cpus\" field should be either a number or a string \"<number>+\".");

    public ResourceAmount? Memory(YamlNode? node, string path) => Read(node, path, AmountWithUnit(), Gigabytes,
        "The \"memory\" field should be a number of GB, or text such as \"16+\", \"16Gi\" or \"1024MB+\".");

    /// <summary>In GB.</summary>
    public double? Size(YamlNode? node, string path)
    {
        const string Rule = "A size is a number of GB, or text such as \"16GB\" or \"512MB\".";
        if (Read(node, path, AmountWithUnit(), Gigabytes, Rule) is not { } size)
        {
            return null;
        }
        if (size.AtLeast)
        {
            problems.Error(node!.Line, path, $"{Rule} Found: '{Shown(node)}'");
        }
        return size.Value;
    }

    public int? WholeGigabytes(YamlNode? node, string path)
    {
        var rule = $"The \"{path[(path.LastIndexOf('.') + 1)..]}\" field should be a whole number of GB, or text such as \"256GB\".";
        if (Read(node, path, AmountWithUnit(), Gigabytes, rule) is not { } size)
        {
            return null;
        }
        if (size.Value != Math.Floor(size.Value) || size.AtLeast)
        {
            problems.Error(node!.Line, path, $"{rule} Found: '{Shown(node)}'");
        }
        return (int)size.Value;
    }

    private ResourceAmount? Read(YamlNode? node, string path, Regex form, Func<string, double> unit, string rule)
    {
        if (node is not YamlNode.Scalar { Kind: not (ScalarKind.Null or ScalarKind.Boolean) } scalar || Shown(scalar).Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var match = form.Match(scalar.Kind is ScalarKind.Text ? scalar.Text.Trim() : scalar.Printed);
        if (!match.Success)
        {
            problems.Error(scalar.Line, path, $"{rule} Found: '{Shown(scalar)}'");
            return null;
        }
        var value = double.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * unit(match.Groups["u"].Value);
        if (value is <= 0 or > Most)
        {
            problems.Error(scalar.Line, path, $"{rule} It must be greater than 0 and at most {NodeValues.Invariant(Most)}. Found: '{Shown(scalar)}'");
            return null;
        }
        return new(value, match.Groups["plus"].Success);
    }

    private static string Shown(YamlNode node) => node is YamlNode.Scalar scalar ? scalar.Shown : "";

    // SkyPilot counts both kB and Ki by 1024.
    private static double Gigabytes(string unit) => unit.ToLowerInvariant() switch
    {
        "kb" or "ki" or "kib" => 1.0 / (1 << 20),
        "mb" or "mi" or "mib" => 1.0 / (1 << 10),
        "tb" or "ti" or "tib" => 1 << 10,
        "pb" or "pi" or "pib" => 1 << 20,
        _ => 1,
    };

    [GeneratedRegex("^(?<n>[0-9]{1,12}(?:\\.[0-9]{1,12})?)(?<u>)(?<plus>\\+)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainAmount();

    [GeneratedRegex("^(?<n>[0-9]{1,12}(?:\\.[0-9]{1,12})?) ?(?<u>(?:[kmgtp](?:b|ib?))?)(?<plus>\\+)?\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AmountWithUnit();
}
