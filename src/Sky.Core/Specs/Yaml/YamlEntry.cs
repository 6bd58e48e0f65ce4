namespace Sky.Core.Specs.Yaml;

/// <summary>One key of a mapping with its value.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);
