using System.Globalization;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>security:</c>. The field checker has reported wrong types and words already.</summary>
internal sealed class SecurityReader(SpecProblems problems)
{
    /// <param name="root">The document.</param>
    /// <param name="task">What runs.</param>
    /// <param name="resources">What it may run on.</param>
    public ScanSpec? Scan(YamlNode.Mapping root, TaskSpec task, ResourcesSpec resources)
    {
        if ((root["security"] as YamlNode.Mapping)?["scan"] is not YamlNode.Mapping scan || !Enum.TryParse<Scanner>(scan["scanner"].AsText(), ignoreCase: true, out var scanner))
        {
            return null;
        }
        if (scanner is not Scanner.None && task.Image is null && resources.Candidates.All(candidate => ReplicaImage.WrittenOf(task, candidate) is null))
        {
            problems.Error(scan.Line, "security.scan", "There is no image to scan: name one in `image`, or remove security.scan.");
        }
        return new()
        {
            Scanner = scanner,
            FailOn = Enum.TryParse<Severity>(scan["fail_on"].AsText(), ignoreCase: true, out var severity) ? severity : Severity.Critical,
            IgnoreUnfixed = scan["ignore_unfixed"].AsBoolean() ?? false,
            Ignore = Ignored(scan["ignore"] as YamlNode.Sequence),
        };
    }

    private List<IgnoredFinding> Ignored(YamlNode.Sequence? list)
    {
        var ignored = new List<IgnoredFinding>();
        for (var index = 0; index < (list?.Items.Count ?? 0); index++)
        {
            var item = list!.Items[index];
            if (item is YamlNode.Mapping map && map["id"].AsText() is { } id)
            {
                ignored.Add(new(id, Day(map["until"], $"security.scan.ignore[{index}].until")));
            }
            else if (item.AsText() is { } alone)
            {
                ignored.Add(new(alone));
            }
        }
        return ignored;
    }

    private DateOnly? Day(YamlNode? node, string path)
    {
        if (node.AsText() is not { } text)
        {
            return null;
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }
        problems.Error(node!.Line, path, $"There is no day {text}.");
        return null;
    }
}
