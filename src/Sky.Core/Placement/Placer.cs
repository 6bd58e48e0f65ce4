using System.Globalization;
using Sky.Core.Catalog;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Matches what a file asks for with what can be had.</summary>
public static class Placer
{
    private const string Local = "local";

    /// <summary>The feasible places, best first: in the file's order where that is ordered, else the cheapest first.</summary>
    /// <param name="resources">What the file asks for.</param>
    /// <param name="offerings">What can be had.</param>
    /// <param name="reason">When the answer is empty: one sentence that says what is asked for and what there is.</param>
    public static IReadOnlyList<PlacementChoice> Choose(ResourcesSpec resources, IReadOnlyList<Offering> offerings, out string? reason)
    {
        List<PlacementChoice> fitting = [];
        for (var i = 0; i < resources.Candidates.Count; i++)
        {
            foreach (var offering in offerings)
            {
                if (Fits(resources.Candidates[i], offering))
                {
                    fitting.Add(new PlacementChoice(PlacementOf(resources.Candidates[i], offering), i));
                }
            }
        }

        reason = fitting.Count == 0 ? Explain(resources, offerings) : null;
        var byCost = resources.Ordered
            ? fitting.OrderBy(choice => choice.Candidate).ThenBy(Cost)
            : fitting.OrderBy(Cost).ThenBy(choice => choice.Candidate);
        return [.. byCost];
    }

    private static double Cost(PlacementChoice choice) => choice.Placement.HourlyCost ?? double.MaxValue;

    private static bool Fits(ResourceCandidate asked, Offering offering) =>
        Named(asked.Cloud, offering.Cloud)
        && Named(asked.Region, offering.Region)
        && Named(asked.Zone, offering.Zone)
        && Named(asked.InstanceType, offering.InstanceType)
        && Enough(asked.Cpus, offering.Cpus, offering)
        && Enough(asked.Memory, offering.Memory, offering)
        && FitsAccelerator(asked, offering)
        && (IsLocal(offering) || asked.UseSpot == offering.UseSpot)
        && (asked.MaxHourlyCost is not { } most || offering.HourlyCost <= most);

    private static bool Named(string? asked, string? offered) =>
        asked is null || string.Equals(asked, offered, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of one's own machine a part is taken, so that more is enough; what is bought comes in fixed sizes.</summary>
    private static bool Enough(ResourceAmount? asked, double offered, Offering offering) =>
        asked is not { } amount || (amount.AtLeast || IsLocal(offering) ? offered >= amount.Value : Math.Abs(offered - amount.Value) < 1e-9);

    private static bool FitsAccelerator(ResourceCandidate asked, Offering offering)
    {
        if (asked.Accelerator is null)
        {
            return true;
        }

        return Named(asked.Accelerator, offering.Accelerator)
            && (IsLocal(offering) ? offering.AcceleratorCount >= asked.AcceleratorCount : Math.Abs(offering.AcceleratorCount - asked.AcceleratorCount) < 1e-9);
    }

    private static bool IsLocal(Offering offering) => string.Equals(offering.Cloud, Local, StringComparison.OrdinalIgnoreCase);

    /// <summary>One's own machine has no spot market: a replica that asked for spot stands there as any other.</summary>
    private static ReplicaPlacement PlacementOf(ResourceCandidate asked, Offering offering) => new()
    {
        Cloud = offering.Cloud,
        Region = offering.Region,
        Zone = offering.Zone,
        Node = offering.InstanceType,
        InstanceType = offering.InstanceType,
        UseSpot = offering.UseSpot && !IsLocal(offering),
        HourlyCost = offering.HourlyCost,
        Accelerators = asked.Accelerator is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{offering.Accelerator ?? asked.Accelerator}:{asked.AcceleratorCount}"),
    };

    private static string Explain(ResourcesSpec resources, IReadOnlyList<Offering> offerings)
    {
        var asked = string.Join(" or ", resources.Candidates.Select(Describe).Distinct());
        var clouds = offerings.Select(offering => offering.Cloud).Distinct().ToList();
        if (clouds.Count == 0)
        {
            return $"asked for {asked}; there is no place to run anything";
        }

        var machine = offerings.FirstOrDefault(IsLocal);
        var others = clouds.Where(cloud => cloud != machine?.Cloud).ToList();
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
