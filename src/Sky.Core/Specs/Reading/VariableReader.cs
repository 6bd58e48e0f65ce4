using System.Text.RegularExpressions;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>envs</c> and <c>secrets</c> and merges what the command line gives.</summary>
internal sealed partial class VariableReader(SpecProblems problems, SpecOptions options)
{
    private static readonly string[] DockerLogin = ["SKYPILOT_DOCKER_USERNAME", "SKYPILOT_DOCKER_PASSWORD", "SKYPILOT_DOCKER_SERVER"];

    public Variables Read(YamlNode.Mapping root)
    {
        var envs = Section(root["envs"] as YamlNode.Mapping, "envs", options.Envs, "Environment", "--env");
        var secrets = Section(root["secrets"] as YamlNode.Mapping, "secrets", options.Secrets, "Secret", "--secret");
        CheckDockerLogin(root, envs, secrets);
        return new(envs, secrets) { Sources = Sources(root["secrets"] as YamlNode.Mapping) };
    }

    private Dictionary<string, string> Section(
        YamlNode.Mapping? section, string path, IReadOnlyDictionary<string, string> given, string kind, string flag)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in section?.Entries ?? [])
        {
            var at = FieldChecker.Join(path, entry.Key);
            if (!Name().IsMatch(entry.Key))
            {
                problems.Error(entry.Line, at, $"The `{path}` field contains the invalid key '{entry.Key}': a name has letters, digits and _ and begins with no digit.");
            }
            else if (entry.Value.AsPrinted() is { } value)
            {
                values[entry.Key] = value;
            }
            else if (entry.Value.IsNull && !given.ContainsKey(entry.Key))
            {
                problems.Error(entry.Line, at,
                    $"{kind} variable '{entry.Key}' is None. Please set a value for it in task YAML or with {flag} flag. "
                    + $"To set it to be empty, use an empty string ({entry.Key}: \"\" in task YAML or {flag} {entry.Key}=\"\" in CLI).");
            }
        }
        foreach (var (name, value) in given)
        {
            if (Name().IsMatch(name))
            {
                values[name] = value;
            }
            else
            {
                problems.Error(0, path, $"{flag} names '{name}', which no variable can be called: a name has letters, digits and _ and begins with no digit.");
            }
        }
        return values;
    }

    /// <summary>What is given on the command line takes the place of a reference.</summary>
    private Dictionary<string, SecretReference> Sources(YamlNode.Mapping? section)
    {
        var sources = new Dictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var entry in section?.Entries ?? [])
        {
            if (entry.Value is YamlNode.Mapping map && map["from"].AsText() is { } from && Name().IsMatch(entry.Key) && !options.Secrets.ContainsKey(entry.Key))
            {
                sources[entry.Key] = Source(map, from.ToLowerInvariant(), FieldChecker.Join("secrets", entry.Key));
            }
        }

        return sources;
    }

    private SecretReference Source(YamlNode.Mapping map, string from, string path)
    {
        if (from == SecretReference.File && map["path"].AsText() is null)
        {
            problems.Error(map.Line, path, $"{path} needs `path`: the file that holds the value.");
        }

        if (from == "azure-keyvault" && map["vault"].AsText() is null)
        {
            problems.Error(map.Line, path, $"{path} needs `vault`: the name or the address of the key vault.");
        }

        return new()
        {
            From = from,
            Name = map["name"].AsText(),
            Path = map["path"].AsText() is { } file ? Path.GetFullPath(file, options.BaseDirectory) : null,
            Key = map["key"].AsText(),
            Version = map["version"].AsPrinted(),
            Vault = map["vault"].AsText(),
            Region = map["region"].AsText(),
        };
    }

    private void CheckDockerLogin(YamlNode.Mapping root, Dictionary<string, string> envs, Dictionary<string, string> secrets)
    {
        var present = DockerLogin.Where(name => envs.ContainsKey(name) || secrets.ContainsKey(name)).ToArray();
        if (present.Length == 0 || DockerLogin.All(envs.ContainsKey) || DockerLogin.All(secrets.ContainsKey))
        {
            return;
        }
        var line = (root["secrets"] as YamlNode.Mapping)?.Find(present[0])?.Line ?? (root["envs"] as YamlNode.Mapping)?.Find(present[0])?.Line ?? 0;
        problems.Error(line, "envs",
            $"Docker login variables must be given all together, either in envs or in secrets: {string.Join(", ", DockerLogin)}.");
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
