using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>One candidate's fields: its own, and below them those of <c>resources</c> itself.</summary>
/// <param name="Path">Of the candidate's own fields.</param>
internal sealed record CandidateFields(YamlNode.Mapping Common, YamlNode.Mapping? Own, string Path)
{
    public int Line => Own?.Line ?? Common.Line;

    public YamlNode? this[string key] => Own?[key] ?? Common[key];

    public string PathOf(string key) => Own?[key] is not null ? $"{Path}.{key}" : $"resources.{key}";

    public (YamlNode Node, string Path)? Accelerators =>
        Named(Own, Path) ?? Named(Common, "resources");

    private static (YamlNode Node, string Path)? Named(YamlNode.Mapping? map, string path) =>
        map?["accelerators"] is { } node ? (node, path + ".accelerators") : map?["gpus"] is { } alias ? (alias, path + ".gpus") : null;
}
