using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads what a replica runs.</summary>
internal sealed class TaskReader(SpecProblems problems, SpecOptions options)
{
    public TaskSpec Read(YamlNode.Mapping root, Variables variables)
    {
        var workdir = root["workdir"];
        var setup = Script(root["setup"]);
        var run = Script(root["run"]);
        if (string.IsNullOrWhiteSpace(run) && root["image"] is null && !IsNoScript(root["run"]))
        {
            problems.Warn(root.Find("run")?.Line ?? 0, "run", "There is no `run` command: nothing would listen on the service's port.");
        }
        CheckName(root);
        return new()
        {
            Workdir = workdir is YamlNode.Scalar folder ? new WorkdirCheck(problems).Check(folder, options.BaseDirectory) : null,
            GitWorkdir = Git(workdir as YamlNode.Mapping),
            FileMounts = Mounts(root["file_mounts"]),
            Setup = setup,
            Run = run,
            NumNodes = (int)Math.Clamp(root["num_nodes"].AsInteger() ?? 1, 1, int.MaxValue),
            Envs = variables.Envs,
            Secrets = variables.Secrets.ToDictionary(pair => pair.Key, pair => new SecretValue(pair.Value), StringComparer.Ordinal),
            SecretSources = variables.Sources,
            Security = new ProfileReader(problems).Read(root["security"]),
            Image = new ImageReader(problems, options.BaseDirectory).Read(root["image"]),
            // A script that could not be read has been reported; it may well have named the port.
            TakesPort = PortMention.Found(setup) || PortMention.Found(run) || IsNoScript(root["setup"]) || IsNoScript(root["run"]),
        };
    }

    private void CheckName(YamlNode.Mapping root)
    {
        if (root["name"] is YamlNode.Scalar name && !ServiceNames.IsValidTaskName(name.Printed))
        {
            problems.Error(name.Line, "name", $"The name '{name.Shown}' must have letters and digits, with single dots, dashes or underscores between them.");
        }
    }

    /// <summary>Those of files and folders; buckets are kept. What is not there has been reported, or will be.</summary>
    private List<FileMountSpec> Mounts(YamlNode? node)
    {
        var mounts = new List<FileMountSpec>();
        foreach (var mount in (node as YamlNode.Mapping)?.Entries ?? [])
        {
            if (MountCheck.IsLocal(mount.Value) && LocalPath.Full(mount.Value.AsText()!, options.BaseDirectory) is { } source)
            {
                mounts.Add(new(mount.Key, source, Directory.Exists(source)));
            }
        }
        return mounts;
    }

    private static string? Script(YamlNode? node) => node switch
    {
        YamlNode.Sequence lines => string.Join('\n', lines.Items.Select(line => line.AsPrinted() ?? "")),
        _ => node.AsText(),
    };

    private static bool IsNoScript(YamlNode? node) => node is { IsNull: false } and not YamlNode.Sequence && node.AsText() is null;

    private static GitWorkdirSpec? Git(YamlNode.Mapping? git) =>
        git?["url"].AsText() is { } url ? new(url, git["ref"].AsPrinted()) : null;
}
