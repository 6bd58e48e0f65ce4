using System.Text.RegularExpressions;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>
/// Fills <c>${NAME}</c> and <c>$NAME</c> in, value by value, where SkyServe does and in ports. Unknown names stay as they are.
/// </summary>
internal static partial class Substitution
{
    private static readonly string[] Sections = ["service", "file_mounts", "workdir", "volumes", "networking", "replicas", "image"];
    private static readonly string[] CandidateLists = ["any_of", "ordered"];

    public static YamlNode.Mapping Apply(YamlNode.Mapping root, Variables variables) => Map(root, entry => entry.Key switch
    {
        "resources" => Resources(entry.Value, variables),
        _ when Sections.Contains(entry.Key) => Fill(entry.Value, variables),
        _ => entry.Value,
    });

    private static YamlNode Resources(YamlNode node, Variables variables) => node is YamlNode.Mapping resources
        ? Map(resources, entry => entry.Value switch
        {
            YamlNode.Sequence list when CandidateLists.Contains(entry.Key) =>
                new YamlNode.Sequence(list.Line, [.. list.Items.Select(item => Resources(item, variables))]),
            _ => entry.Key == "ports" ? Fill(entry.Value, variables) : entry.Value,
        })
        : node;

    private static YamlNode Fill(YamlNode node, Variables variables) => node switch
    {
        YamlNode.Mapping map => Filled(map, variables),
        YamlNode.Sequence list => new YamlNode.Sequence(list.Line, [.. list.Items.Select(item => Fill(item, variables))]),
        YamlNode.Scalar { Kind: ScalarKind.Text } scalar => Filled(scalar, variables),
        _ => node,
    };

    // Keys stay as written: they name the place in every message, where no secret may stand.
    private static YamlNode.Mapping Filled(YamlNode.Mapping map, Variables variables) =>
        new(map.Line, [.. map.Entries.Select(entry => entry with { Value = Fill(entry.Value, variables) })]);

    private static YamlNode.Scalar Filled(YamlNode.Scalar scalar, Variables variables)
    {
        var text = Text(scalar.Text, variables);
        return text == scalar.Text ? scalar : scalar with { Text = text, Printed = text, Filled = scalar.Text };
    }

    private static string Text(string text, Variables variables) => Text(text, variables.Find);

    /// <summary>The text with what <paramref name="find"/> knows filled in.</summary>
    public static string Text(string text, Func<string, string?> find) => text.Contains('$', StringComparison.Ordinal)
        ? Reference().Replace(text, match => find(match.Groups[1].Value) ?? match.Value)
        : text;

    /// <summary>Whether the text names any of these.</summary>
    public static bool Names(string text, Func<string, bool> any) => Reference().Matches(text).Any(match => any(match.Groups[1].Value));

    private static YamlNode.Mapping Map(YamlNode.Mapping map, Func<YamlEntry, YamlNode> value) =>
        new(map.Line, [.. map.Entries.Select(entry => entry with { Value = value(entry) })]);

    // A brace may be left open or closed alone, as in SkyServe.
    [GeneratedRegex("\\$\\{?\\b([a-zA-Z_][a-zA-Z0-9_]*)\\b\\}?", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
