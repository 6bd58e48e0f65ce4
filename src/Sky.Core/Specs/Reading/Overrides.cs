using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Puts what the command line gives in the place of what the file says; <c>none</c> takes it out.</summary>
internal sealed class Overrides(SpecProblems problems)
{
    private const string Reset = "none";
    private const string Section = "resources";
    private static readonly string[] Places = ["infra", "cloud", "region", "zone"];

    public YamlNode.Mapping Apply(YamlNode.Mapping root, IReadOnlyDictionary<string, string> overrides)
    {
        foreach (var (path, text) in overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var parts = path.Split('.');
            root = parts switch
            {
                [Section, var key] => InResources(root, key, Value(text)),
                [var key] => With(root, key, Value(text)),
                [var section, var key] => With(root, section, With(root[section] as YamlNode.Mapping ?? YamlNode.Mapping.Empty, key, Value(text))),
                _ => Unknown(root, path),
            };
        }
        return root;
    }

    private YamlNode.Mapping Unknown(YamlNode.Mapping root, string path)
    {
        problems.Error(0, path, $"{path} cannot be set from the command line.");
        return root;
    }

    // Marked as filled in: on a command line nothing tells the text 4 from the number.
    private static YamlNode.Scalar? Value(string text) =>
        text.Equals(Reset, StringComparison.OrdinalIgnoreCase) ? null : PlainScalar.Text(text, 0) with { Filled = text };

    private static YamlNode.Mapping InResources(YamlNode.Mapping root, string key, YamlNode? value)
    {
        var resources = root[Section] as YamlNode.Mapping ?? YamlNode.Mapping.Empty;
        foreach (var list in new[] { "any_of", "ordered" })
        {
            if (resources[list] is YamlNode.Sequence candidates)
            {
                resources = With(resources, list, new YamlNode.Sequence(candidates.Line,
                    [.. candidates.Items.Select(item => item is YamlNode.Mapping map ? Without(Spread(map, key), key) : item)]));
            }
        }
        return With(root, Section, With(Without(Spread(resources, key), key), key, value));
    }

    // Naming a region leaves the cloud of the file's infra in force; naming an infra leaves none of the three.
    private static YamlNode.Mapping Spread(YamlNode.Mapping map, string key)
    {
        if (key == "infra" || !Places.Contains(key) || map["infra"].AsText() is not { } infra || InfraPlace.Parse(infra) is not { } place)
        {
            return map;
        }
        var line = map.Find("infra")!.Line;
        map = With(map, "infra", null);
        foreach (var (name, value) in new[] { ("cloud", place.Cloud), ("region", place.Region), ("zone", place.Zone) })
        {
            map = value is null ? map : With(map, name, PlainScalar.Text(value, line));
        }
        return map;
    }

    private static YamlNode.Mapping Without(YamlNode.Mapping map, string key)
    {
        string[] gone = key switch
        {
            "infra" => Places,
            "accelerators" or "gpus" => ["accelerators", "gpus"],
            _ => [key],
        };
        return new(map.Line, [.. map.Entries.Where(entry => !gone.Contains(entry.Key))]);
    }

    private static YamlNode.Mapping With(YamlNode.Mapping map, string key, YamlNode? value)
    {
        var others = map.Entries.Where(entry => entry.Key != key);
        return new(map.Line, value is null ? [.. others] : [.. others, new(key, value.Line, value)]);
    }
}
