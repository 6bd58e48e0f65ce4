using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads what <c>security:</c> says of the rights of replicas. The field checker has reported wrong types, words and forms already.</summary>
internal sealed class ProfileReader(SpecProblems problems)
{
    private const string Prefix = "CAP_";

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
            WritablePaths = [.. Texts(map["writable_paths"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            RunAsUser = map["run_as_user"].AsPrinted(),
            PidsLimit = (int?)map["pids_limit"].AsInteger(),
            ShmSize = new AmountReader(problems).Size(map["shm_size"], "security.shm_size"),
        };
    }

    private static IEnumerable<string> Texts(YamlNode? node) => node switch
    {
        YamlNode.Sequence list => list.Items.Select(item => item.AsText()).OfType<string>(),
        _ => node.AsText() is { } one ? [one] : [],
    };

    private static string Capability(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
}
