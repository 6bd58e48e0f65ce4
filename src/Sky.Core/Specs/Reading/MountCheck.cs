using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>What is mounted must be there: a local file or folder that <c>file_mounts</c> names, at a path of the replica.</summary>
internal sealed class MountCheck(SpecProblems problems)
{
    public void Check(YamlNode.Mapping root, string baseDirectory)
    {
        foreach (var section in new[] { "file_mounts", "storage_mounts" })
        {
            foreach (var mount in (root[section] as YamlNode.Mapping)?.Entries ?? [])
            {
                var path = FieldChecker.Join(section, mount.Key);
                if (IsUri(mount.Key))
                {
                    problems.Error(mount.Line, path, "The path of a mount is one of the replica, not a bucket: write /PATH: BUCKET.");
                }
                foreach (var (at, source) in Sources(path, mount.Value))
                {
                    CheckSource(at, source, baseDirectory);
                }
            }
        }
    }

    /// <summary>Whether what is mounted is a file or folder, by its path alone.</summary>
    public static bool IsLocal(YamlNode source) => source is YamlNode.Scalar { IsNull: false } && source.AsText() is { Length: > 0 } text && !IsUri(text);

    private static IEnumerable<(string Path, YamlNode.Scalar Source)> Sources(string path, YamlNode value) => value switch
    {
        YamlNode.Scalar { IsNull: false } one => [(path, one)],
        YamlNode.Mapping map when map["source"] is YamlNode.Scalar { IsNull: false } one => [($"{path}.source", one)],
        YamlNode.Mapping map when map["source"] is YamlNode.Sequence list =>
            list.Items.OfType<YamlNode.Scalar>().Select((item, index) => ($"{path}.source[{index}]", item)),
        _ => [],
    };

    private void CheckSource(string path, YamlNode.Scalar source, string baseDirectory)
    {
        if (source.AsText() is not { Length: > 0 } text || IsUri(text) || text.EndsWith('/'))
        {
            return;
        }
        if (LocalPath.Full(text, baseDirectory) is not { } full || !Path.Exists(full))
        {
            problems.Error(source.Line, path, $"There is no file or folder {source.Shown} on this machine. Relative paths start at {baseDirectory}.");
        }
    }

    private static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal) || text.StartsWith("skypilot:", StringComparison.Ordinal);
}
