using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Warns of what looks like a credential written into the file. Says where, never what.</summary>
internal sealed class CredentialScan(SpecProblems problems)
{
    public void Scan(YamlNode.Mapping root)
    {
        foreach (var entry in (root["envs"] as YamlNode.Mapping)?.Entries ?? [])
        {
            if (entry.Value is YamlNode.Scalar { Kind: not ScalarKind.Null } value && Credentials.ShowsInEnv(entry.Key, value.Text))
            {
                problems.Warn(entry.Line, $"envs.{entry.Key}",
                    $"The value of {entry.Key} looks like a credential, and envs are shown. Write `{entry.Key}:` without a value under `secrets:` and give it with --secret {entry.Key}.");
            }
        }
        var build = ((root["image"] as YamlNode.Mapping)?["build"] as YamlNode.Mapping)?["args"] as YamlNode.Mapping;
        foreach (var entry in build?.Entries ?? [])
        {
            if (entry.Value is YamlNode.Scalar { Kind: not ScalarKind.Null } value && Credentials.ShowsInEnv(entry.Key, value.Text))
            {
                problems.Warn(entry.Line, $"image.build.args.{entry.Key}",
                    $"The value of {entry.Key} looks like a credential, and arguments of a build stay readable in the image. Give it to the replica under `secrets:`.");
            }
        }
        foreach (var section in new[] { "setup", "run" })
        {
            foreach (var script in Scalars(root[section]))
            {
                ScanLines(script, section);
            }
        }
    }

    private static IEnumerable<YamlNode.Scalar> Scalars(YamlNode? node) => node switch
    {
        YamlNode.Scalar scalar => [scalar],
        YamlNode.Sequence list => list.Items.OfType<YamlNode.Scalar>(),
        _ => [],
    };

    private void ScanLines(YamlNode.Scalar script, string section)
    {
        var lines = script.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (Credentials.Shows(lines[index]) || Credentials.ShowsAssigned(lines[index]))
            {
                problems.Warn(script.ContentLine == script.Line ? script.Line : script.ContentLine + index, section,
                    $"A line of {section} holds what looks like a credential. Put it under `secrets:` and use it as $NAME.");
            }
        }
    }
}
