using System.Text.RegularExpressions;
using Sky.Core.Specs.Schema;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Holds a node tree against the field table: unknown and missing keys, wrong types, values out of range.</summary>
internal sealed class FieldChecker(SpecProblems problems)
{
    public void Check(YamlNode.Mapping map, FieldGroup group, string path)
    {
        foreach (var entry in map.Entries)
        {
            var at = Join(path, entry.Key);
            if (group.Find(entry.Key) is { } field)
            {
                CheckEntry(map, field, entry, at);
            }
            else if (!group.Open)
            {
                problems.Error(entry.Line, at, UnknownKeys.Message(entry.Key, group));
            }
        }
        foreach (var field in group.Fields.Where(field => field.Required && map[field.Name] is null))
        {
            problems.Error(map.Line, path, $"'{field.Name}' is a required property of {path}.");
        }
        if (group.OneOf.Count > 0 && group.OneOf.All(name => map[name] is null or { IsNull: true }))
        {
            problems.Error(map.Line, path, $"{path} needs {string.Join(" or ", group.OneOf.Select(name => $"`{name}`"))}.");
        }
    }

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private void CheckEntry(YamlNode.Mapping map, SpecField field, YamlEntry entry, string path)
    {
        if (field.Use is FieldUse.Retired)
        {
            problems.Warn(entry.Line, path, $"{field.Name} is no longer used: {field.Instead}");
            return;
        }
        if (field.Use is FieldUse.Refused)
        {
            problems.Error(entry.Line, path, field.Instead ?? "");
            return;
        }
        if (entry.Value.IsNull)
        {
            return;
        }
        if (field.AliasOf is { } other && map.Find(other) is { Value.IsNull: false } twin)
        {
            problems.Error(entry.Line, path, $"Cannot specify both `{other}` (line {twin.Line}) and `{field.Name}` (line {entry.Line}): they are two names of one field. Keep one of them.");
        }
        CheckValue(field, entry.Value, path);
    }

    private void CheckValue(SpecField field, YamlNode value, string path)
    {
        if (!FieldForms.Matches(field.Types, value))
        {
            problems.Error(value.Line, path, FieldForms.TypeMessage(field, value));
            return;
        }
        CheckMany(field, value, path);
        switch (value)
        {
            case YamlNode.Scalar scalar:
                CheckScalar(field, scalar, path);
                break;
            case YamlNode.Mapping map when field.Fields is { } fields:
                Check(map, fields, path);
                break;
            case YamlNode.Mapping map:
                CheckKeys(field, map, path);
                CheckParts(field, map.Entries.Select(entry => (entry.Key, Join(path, entry.Key), entry.Value)));
                break;
            case YamlNode.Sequence list:
                CheckItems(field, list, path);
                break;
        }
    }

    private void CheckScalar(SpecField field, YamlNode.Scalar scalar, string path)
    {
        if (field.Choices.Count > 0 && !field.Choices.Contains(scalar.Text, StringComparer.OrdinalIgnoreCase))
        {
            problems.Error(scalar.Line, path, $"{field.Name} is '{scalar.Shown}', which is not one of {string.Join(", ", field.Choices)}.");
        }
        if (field.Form is { } form && scalar.AsNumber() is null && scalar.Kind is ScalarKind.Text && !Matches(form, scalar.Text))
        {
            problems.Error(scalar.Line, path, $"{field.Name} must {form.Rule}. Got: '{Shortened(scalar.Shown)}'");
        }
        if (field.MostCharacters is { } most && scalar.Text.Length > most)
        {
            problems.Error(scalar.Line, path, $"{field.Name} may have {most} characters at most; it has {scalar.Text.Length}.");
        }
        if (scalar.AsNumber() is { } number && FieldForms.RangeMessage(field, number, scalar.Shown) is { } message)
        {
            problems.Error(scalar.Line, path, message);
        }
    }

    private void CheckItems(SpecField field, YamlNode.Sequence list, string path)
    {
        if (field.ItemFields is not { } fields)
        {
            CheckParts(field, list.Items.Select((item, index) => ($"Item {index + 1} of {field.Name}", $"{path}[{index}]", item)));
            return;
        }
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (list.Items[index] is YamlNode.Mapping map)
            {
                Check(map, fields, $"{path}[{index}]");
            }
            else
            {
                problems.Error(list.Items[index].Line, $"{path}[{index}]", $"Each item of {field.Name} must be a mapping, such as {{{fields.Fields[0].Name}: ...}}.");
            }
        }
    }

    private void CheckParts(SpecField field, IEnumerable<(string Name, string Path, YamlNode Value)> parts)
    {
        if (field.Parts is FieldTypes.None && field.Each is null)
        {
            return;
        }
        var part = field.Each
            ?? new SpecField("", field.Parts, "") { Above = field.PartsAbove, Minimum = field.PartsAbove is null ? field.Minimum : null, Maximum = field.Maximum };
        foreach (var (name, at, value) in parts.Where(part => !part.Value.IsNull))
        {
            CheckValue(part with { Name = name }, value, at);
        }
    }

    private void CheckMany(SpecField field, YamlNode value, string path)
    {
        var count = (value as YamlNode.Mapping)?.Entries.Count ?? (value as YamlNode.Sequence)?.Items.Count ?? 0;
        if (field.MostParts is { } most && count > most)
        {
            problems.Error(value.Line, path, $"{field.Name} may have {(most == 1 ? "one entry" : $"{most} entries")} at most; it has {count}.");
        }
    }

    private void CheckKeys(SpecField field, YamlNode.Mapping map, string path)
    {
        foreach (var entry in map.Entries.Where(entry => field.KeyForm is { } form && !Matches(form, entry.Key)))
        {
            problems.Error(entry.Line, Join(path, entry.Key), $"The path '{Shortened(entry.Key)}' must {field.KeyForm!.Rule}.");
        }
    }

    private static bool Matches(TextForm form, string text) =>
        Regex.IsMatch(text, form.Pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static string Shortened(string text) => text.Length > 60 ? text[..57] + "..." : text;
}
