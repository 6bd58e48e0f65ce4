using System.Text.Json;
using Sky.Core.Specs.Schema;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Gathers the fields that this build accepts without acting on them, and names each in one warning.</summary>
internal sealed class KeptFields(SpecProblems problems)
{
    private readonly Dictionary<string, JsonElement> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <param name="root">Before variables are filled in, so that no secret is kept with a field.</param>
    public IReadOnlyDictionary<string, JsonElement> Collect(YamlNode.Mapping root)
    {
        Visit(root, TaskFields.Group, "");
        if (root["secrets"] is YamlNode.Sequence list)
        {
            Keep("secrets", list.Line, list, "secrets held elsewhere");
        }
        if (root["file_mounts"] is YamlNode.Mapping mounts && mounts.Entries.Where(mount => !MountCheck.IsLocal(mount.Value)).ToList() is { Count: > 0 } buckets)
        {
            Keep("file_mounts", buckets[0].Line, new YamlNode.Mapping(mounts.Line, buckets), "a bucket in file_mounts");
        }
        return _kept;
    }

    private void Visit(YamlNode.Mapping map, FieldGroup group, string path)
    {
        foreach (var entry in map.Entries.Where(entry => !entry.Value.IsNull))
        {
            var at = FieldChecker.Join(path, entry.Key);
            switch (group.Find(entry.Key))
            {
                case { Use: FieldUse.Kept } field when !AsksForNothing(field, entry.Value):
                    Keep(at, entry.Line, entry.Value, field.Name);
                    break;
                case null when group.Open:
                    Keep(at, entry.Line, entry.Value, entry.Key, UnknownKeys.Nearest(entry.Key, group));
                    break;
                case { Use: FieldUse.Used } field:
                    Visit(field, entry.Value, at);
                    break;
            }
        }
    }

    private void Visit(SpecField field, YamlNode value, string path)
    {
        if (value is YamlNode.Mapping map && field.Fields is { } fields)
        {
            Visit(map, fields, path);
        }
        if (value is not YamlNode.Sequence list || field.ItemFields is not { } items)
        {
            return;
        }
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (list.Items[index] is YamlNode.Mapping item)
            {
                Visit(item, items, $"{path}[{index}]");
            }
        }
    }

    private static bool AsksForNothing(SpecField field, YamlNode value) => value switch
    {
        YamlNode.Scalar scalar => scalar.Printed.Equals(field.Idle, StringComparison.OrdinalIgnoreCase)
            || (field.ActedOn is { } start && scalar.Text.StartsWith(start, StringComparison.OrdinalIgnoreCase)),
        YamlNode.Mapping map => map.Entries.Count == 0,
        YamlNode.Sequence list => list.Items.Count == 0,
        _ => false,
    };

    private void Keep(string path, int line, YamlNode value, string name, string? meant = null)
    {
        _kept[path] = NodeJson.ToElement(value);
        if (_named.Add(name))
        {
            problems.Warn(line, path, $"{name} is accepted and kept, but this version of sky does not act on it.{(meant is null ? "" : $" Did you mean '{meant}'?")}");
        }
    }
}
