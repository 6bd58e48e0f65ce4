using System.Globalization;
using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Matches what a file asks for with what can be had.</summary>
public static class Placer
{
    /// <summary>The feasible places, best first: in the file's order where that is ordered, else the cheapest first.</summary>
    /// <param name="resources">What the file asks for.</param>
    /// <param name="offerings">What can be had; among equals the first is the better.</param>
    /// <param name="task">What is to run there: one with an image needs who runs containers, unless the file says <c>local</c> itself.</param>
    /// <param name="reason">When the answer is empty: one sentence that says what is asked for and what there is.</param>
    public static IReadOnlyList<PlacementChoice> Choose(ResourcesSpec resources, IReadOnlyList<Offering> offerings, TaskSpec? task, out string? reason)
    {
        List<PlacementChoice> fitting = [];
        for (var i = 0; i < resources.Candidates.Count; i++)
        {
            foreach (var offering in offerings)
            {
                if (Fits(resources.Candidates[i], offering) && CanRun(task, resources.Candidates[i], offering))
                {
                    fitting.Add(new PlacementChoice(PlacementOf(resources.Candidates[i], offering), i));
                }
            }
        }

        reason = fitting.Count == 0 ? Explain(resources, offerings, task) : null;
        var byCost = resources.Ordered
            ? fitting.OrderBy(choice => choice.Candidate).ThenBy(Cost)
            : fitting.OrderBy(Cost).ThenBy(choice => choice.Candidate);
        return [.. byCost];
    }

    private static double Cost(PlacementChoice choice) => choice.Placement.HourlyCost ?? double.MaxValue;

    private static bool Fits(ResourceCandidate asked, Offering offering) =>
        Named(asked.Cloud, offering.Cloud)
        && Named(asked.Region, offering.Region)
        && !(asked.Region is null && offering.OnlyByName)
        && Named(asked.Zone, offering.Zone)
        && Named(asked.InstanceType, offering.InstanceType)
        && Enough(asked.Cpus, offering.Cpus, offering)
        && Enough(asked.Memory, offering.Memory, offering)
        && FitsAccelerator(asked, offering)
        && (offering.Owned || asked.UseSpot == offering.UseSpot)
        && (asked.MaxHourlyCost is not { } most || offering.HourlyCost <= most);

    private static bool CanRun(TaskSpec? task, ResourceCandidate asked, Offering offering) =>
        EngineName.RunsContainers(offering.Engine) || task is null || !ReplicaImage.IsNamed(task, asked)
        || (task.Run is not null && string.Equals(asked.Cloud, offering.Cloud, StringComparison.OrdinalIgnoreCase));

    private static bool Named(string? asked, string? offered) =>
        asked is null || string.Equals(asked, offered, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of one's own machine a part is taken, so that more is enough; what is bought comes in fixed sizes.</summary>
    private static bool Enough(ResourceAmount? asked, double offered, Offering offering) =>
        asked is not { } amount || (amount.AtLeast || offering.Owned ? offered >= amount.Value : Math.Abs(offered - amount.Value) < 1e-9);

    private static bool FitsAccelerator(ResourceCandidate asked, Offering offering)
    {
        if (asked.Accelerator is null)
        {
            return true;
        }

        return Named(asked.Accelerator, offering.Accelerator)
            && (offering.Owned ? offering.AcceleratorCount >= asked.AcceleratorCount : Math.Abs(offering.AcceleratorCount - asked.AcceleratorCount) < 1e-9);
    }

    /// <summary>One's own machine has no spot market: a replica that asked for spot stands there as any other.</summary>
    private static ReplicaPlacement PlacementOf(ResourceCandidate asked, Offering offering) => new()
    {
        Cloud = offering.Cloud,
        Region = offering.Region,
        Zone = offering.Zone,
        Node = offering.InstanceType,
        NodeId = offering.NodeId,
        InstanceType = offering.InstanceType,
        UseSpot = offering.UseSpot && !offering.Owned,
        Bought = !offering.Owned,
        HourlyCost = offering.HourlyCost,
        Engine = offering.Engine == EngineName.Process ? null : offering.Engine,
        Accelerators = asked.Accelerator is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{offering.Accelerator ?? asked.Accelerator}:{asked.AcceleratorCount}"),
    };

    private static string Explain(ResourcesSpec resources, IReadOnlyList<Offering> offerings, TaskSpec? task)
    {
        var asked = string.Join(" or ", resources.Candidates.Select(Describe).Distinct());
        var clouds = offerings.Select(offering => offering.Cloud).Distinct().ToList();
        if (clouds.Count == 0)
        {
            return $"asked for {asked}; there is no place to run anything";
        }

        if (task is not null && !offerings.Any(offering => EngineName.RunsContainers(offering.Engine))
            && resources.Candidates.All(asked => ReplicaImage.IsNamed(task, asked)))
        {
            return "the file names an image, and nothing here runs containers";
        }

        var machine = offerings.FirstOrDefault(offering => offering.Owned);
        var others = offerings.Where(offering => !offering.Owned).Select(offering => offering.Cloud).Distinct().ToList();
        var has = machine is null ? "" : "this machine " + Describe(machine);
        var elsewhere = others.Count == 0 ? "" : $"nothing in {string.Join(", ", others)} fits";
        return $"asked for {asked}; {string.Join(", and ", new[] { has, elsewhere }.Where(part => part.Length > 0))}";
    }

    private static string Describe(ResourceCandidate asked)
    {
        List<string> parts = [];
        Add(ResourceText.Accelerators(asked));
        Add(asked.InstanceType);
        Add(asked.Cpus is { } cpus ? $"{cpus} CPUs" : null);
        Add(asked.Memory is { } memory ? $"{memory} GB" : null);
        Add(asked.UseSpot ? "spot" : null);
        Add(asked.MaxHourlyCost is { } cost ? string.Create(CultureInfo.InvariantCulture, $"at most ${cost} an hour") : null);
        var what = parts.Count == 0 ? "any node" : string.Join(", ", parts);
        var where = string.Join('/', new[] { asked.Cloud, asked.Region, asked.Zone }.Where(part => part is not null));
        return where.Length == 0 ? what : $"{what} in {where}";

        void Add(string? part)
        {
            if (part is not null)
            {
                parts.Add(part);
            }
        }
    }

    private static string Describe(Offering machine)
    {
        var accelerator = machine.Accelerator is null
            ? "no accelerator"
            : string.Create(CultureInfo.InvariantCulture, $"{machine.Accelerator}:{machine.AcceleratorCount}");
        return string.Create(CultureInfo.InvariantCulture, $"({machine.InstanceType}) has {machine.Cpus:0.##} CPUs, {machine.Memory:0.#} GB and {accelerator}");
    }
}
