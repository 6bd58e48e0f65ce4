using Sky.Core.Placement;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>resources:</c> into the candidates it stands for.</summary>
internal sealed class ResourcesReader(SpecProblems problems)
{
    // Far above what anybody writes; lists of lists would otherwise multiply.
    private const int MostCandidates = 256;

    public ResourcesSpec Read(YamlNode.Mapping root)
    {
        var common = root["resources"] as YamlNode.Mapping ?? YamlNode.Mapping.Empty;
        var anyOf = common["any_of"] as YamlNode.Sequence;
        var ordered = common["ordered"] as YamlNode.Sequence;
        if (anyOf is not null && ordered is not null)
        {
            problems.Error(ordered.Line, "resources.ordered", $"Cannot specify both \"any_of\" (line {anyOf.Line}) and \"ordered\" (line {ordered.Line}) in resources.");
        }
        var list = anyOf ?? ordered;
        var name = anyOf is not null ? "any_of" : "ordered";
        var items = list?.Items.Count > 0
            ? list.Items.Select((item, index) => new CandidateFields(common, item as YamlNode.Mapping, $"resources.{name}[{index}]")).ToArray()
            : [new CandidateFields(common, null, "resources")];
        var (candidates, inOrder) = Expand(items, list is not null ? name : null);
        if (candidates.Count > MostCandidates)
        {
            problems.Error(common.Line, "resources", $"resources names {candidates.Count} candidates; {MostCandidates} are the most.");
        }
        var (goal, near) = Goal(common);
        return new() { Candidates = candidates, Ordered = inOrder || (ordered is not null && anyOf is null), Optimize = goal, Near = near };
    }

    private (PlacementGoal Goal, string? Near) Goal(YamlNode.Mapping common)
    {
        var goal = Enum.TryParse<PlacementGoal>(common["optimize"].AsText(), ignoreCase: true, out var named) ? named : PlacementGoal.Cost;
        var near = common["near"].AsText()?.Trim().ToLowerInvariant();
        if (goal == PlacementGoal.Latency && near is null)
        {
            problems.Error(common["optimize"]!.Line, "resources.optimize", "To be near to what? Name a region, such as near: aws/eu-central-1.");
        }
        else if (goal != PlacementGoal.Latency && near is not null)
        {
            problems.Error(common["near"]!.Line, "resources.near", "near is for optimize: latency. Write that too, or remove near.");
        }
        else if (near is not null && !RegionMap.Knows(near))
        {
            problems.Error(common["near"]!.Line, "resources.near", $"It is not known where '{near}' is. Name a region of aws or azure as cloud/region, such as aws/eu-central-1.");
        }

        return (goal, near);
    }

    private (List<ResourceCandidate> Candidates, bool InOrder) Expand(CandidateFields[] items, string? listName)
    {
        var reader = new CandidateReader(problems);
        var candidates = new List<ResourceCandidate>();
        var inOrder = false;
        foreach (var item in items)
        {
            var choices = item.Accelerators is { } named ? new AcceleratorReader(problems).Read(named.Node, named.Path) : AcceleratorChoices.None;
            // Any of some accelerators in any of some places is clear; an order of one kind within another is not.
            var own = item.Accelerators?.Path.StartsWith(item.Path, StringComparison.Ordinal) ?? false;
            if (listName is not null && choices.Choices.Count > 1 && (own || choices.InOrder || listName == "ordered"))
            {
                problems.Error(item.Accelerators!.Value.Node.Line, item.Accelerators.Value.Path,
                    $"Several accelerators cannot stand together with \"{listName}\": write one candidate for each accelerator.");
            }
            inOrder |= choices.InOrder;
            var candidate = reader.Read(item);
            candidates.AddRange(choices.Choices.Count == 0
                ? [candidate]
                : choices.Choices.Select(choice => candidate with { Accelerator = choice.Name, AcceleratorCount = choice.Count }));
        }
        return (candidates, inOrder);
    }
}
