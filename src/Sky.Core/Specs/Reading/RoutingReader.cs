using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads what of <c>service:</c> decides which requests a service gets: <c>models</c>, <c>fallback</c> and <c>expose</c>.</summary>
internal sealed class RoutingReader(SpecProblems problems)
{
    private const string Any = FallbackSpec.Any;
    private const int LongestModel = 256;

    public ModelsSpec? Models(YamlNode? node)
    {
        if (node is null or { IsNull: true })
        {
            return null;
        }
        var names = new List<ModelNameSpec>();
        var listed = false;
        foreach (var (line, name, shown, replicaName) in Pairs(node))
        {
            if (name == Any)
            {
                listed = true;
            }
            else if (IsModel(name) && (replicaName is null || IsModel(replicaName)))
            {
                if (names.Exists(other => other.Name == name))
                {
                    problems.Error(line, "service.models", $"The model {shown} is named twice. Remove one of them.");
                }
                names.Add(new(name, replicaName == name ? null : replicaName));
            }
            else
            {
                problems.Error(line, "service.models", $"A model name has 1 to {LongestModel} characters and no control characters.");
            }
        }
        return new() { Names = names, WhatReplicasList = listed };
    }

    public IReadOnlyList<FallbackSpec> Fallback(YamlNode? node) => node switch
    {
        YamlNode.Mapping map => [.. map.Entries.Where(entry => !entry.Value.IsNull).Select(entry => new FallbackSpec(entry.Key, Services(entry.Value)))],
        null or { IsNull: true } => [],
        _ => [new(Any, Services(node))],
    };

    /// <summary>Null: the file does not say.</summary>
    public IReadOnlyList<string>? Expose(YamlNode? node) =>
        node is null or { IsNull: true } ? null : [.. Texts(node).Where(IsPath).Select(text => text.Text)];

    private static IEnumerable<(int Line, string Name, string Shown, string? ReplicaName)> Pairs(YamlNode node) => node is YamlNode.Mapping map
        ? map.Entries.Select(entry => (entry.Line, entry.Key, $"'{entry.Key}'", entry.Value.AsText()))
        : Texts(node).Select(text => (text.Line, text.Text, $"'{text.Shown}'", (string?)null));

    private List<string> Services(YamlNode node)
    {
        var services = new List<string>();
        foreach (var text in Texts(node))
        {
            if (text.Text == Any || ServiceNames.IsValid(text.Text))
            {
                services.Add(text.Text);
            }
            else
            {
                problems.Error(text.Line, "service.fallback", $"'{text.Shown}' is not the name of a service. {ServiceNames.Rule}");
            }
        }
        return services;
    }

    private bool IsPath(YamlNode.Scalar path)
    {
        var text = path.Text.EndsWith("/*", StringComparison.Ordinal) ? path.Text[..^1] : path.Text;
        var plain = text.StartsWith('/') && !text.AsSpan().ContainsAny("*?#%;\\") && !text.Contains("//", StringComparison.Ordinal)
            && text.All(sign => sign is > ' ' and < '\x7f') && !Array.Exists(text.Split('/'), part => part is "." or "..");
        if (!plain)
        {
            problems.Error(path.Line, "service.expose",
                $"'{path.Shown}' is not a path that can be exposed. Write it as it is sent, such as /metrics, or /docs/* for all below /docs/.");
        }
        return plain;
    }

    // The field checker has reported what is no text.
    private static IEnumerable<YamlNode.Scalar> Texts(YamlNode node) =>
        (node is YamlNode.Sequence list ? list.Items : [node]).OfType<YamlNode.Scalar>().Where(text => text.AsText() is not null);

    private static bool IsModel(string name) => name.Length is > 0 and <= LongestModel && !name.Any(char.IsControl);
}
