using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads what <c>security:</c> says of the rights of replicas. The field checker has reported wrong types, words and forms already.</summary>
internal sealed class ProfileReader(SpecProblems problems)
{
    private const string Prefix = "CAP_";

    /// <summary>The kernel's folders, and those that replicas are given.</summary>
    private static readonly string[] Reserved = ["proc", "sys", "dev", "sky"];

    /// <param name="node">The value of <c>security</c>; null for none.</param>
    public SecuritySpec Read(YamlNode? node)
    {
        if (node is not YamlNode.Mapping map)
        {
            return SecuritySpec.Default;
        }
        return new()
        {
            Profile = Enum.TryParse<SecurityProfile>(map["profile"].AsText(), ignoreCase: true, out var profile) ? profile : SecurityProfile.Baseline,
            AddCapabilities = [.. Texts(map["add_capabilities"]).Select(Capability).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            AllowPrivilegeEscalation = map["allow_privilege_escalation"].AsBoolean() ?? false,
            WritableRoot = map["writable_root"].AsBoolean(),
            WritablePaths = [.. Paths(map["writable_paths"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            RunAsUser = map["run_as_user"].AsPrinted(),
            PidsLimit = (int?)map["pids_limit"].AsInteger(),
            ShmSize = new AmountReader(problems).Size(map["shm_size"], "security.shm_size"),
        };
    }

    /// <summary>Paths that lead where they say.</summary>
    private List<string> Paths(YamlNode? node)
    {
        List<string> paths = [];
        IReadOnlyList<YamlNode> items = node is YamlNode.Sequence list ? [.. list.Items] : node is null ? [] : [node];
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index].AsText() is not ['/', ..] path)
            {
                continue;
            }

            var parts = path[1..].Split('/');
            if (parts.Any(part => part is "" or "." or "..") || Reserved.Contains(parts[0]))
            {
                var name = node is YamlNode.Sequence ? $"writable_paths[{index}]" : "writable_paths";
                problems.Error(items[index].Line, $"security.{name}",
                    $"{name} is {path}. Write a path without . and .. and without a slash at its end, outside of /{string.Join(", /", Reserved)}.");
            }

            paths.Add(path);
        }

        return paths;
    }

    private static IEnumerable<string> Texts(YamlNode? node) => node switch
    {
        YamlNode.Sequence list => list.Items.Select(item => item.AsText()).OfType<string>(),
        _ => node.AsText() is { } one ? [one] : [],
    };

    private static string Capability(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
}
