namespace Sky.Core.Specs.Yaml;

/// <summary>Ends the reading of a document that is not YAML or beyond a limit; caught by <see cref="YamlTreeReader"/>.</summary>
internal sealed class YamlFault(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
