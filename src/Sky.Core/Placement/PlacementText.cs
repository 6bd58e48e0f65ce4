using System.Globalization;
using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Says in one sentence why nothing fits.</summary>
internal static class PlacementText
{
    public static string Explain(ResourcesSpec resources, IReadOnlyList<CandidateFit> fits, IReadOnlyList<Offering> offerings, TaskSpec? task)
    {
        var asked = string.Join(" or ", resources.Candidates.Select(Describe).Distinct());
        var clouds = offerings.Select(offering => offering.Cloud).Distinct().ToList();
        if (clouds.Count == 0)
        {
            return $"asked for {asked}; there is no place to run anything";
        }

        if (task is not null && !offerings.Any(offering => EngineName.RunsContainers(offering.Engine))
            && resources.Candidates.All(candidate => ReplicaImage.IsNamed(task, candidate)))
        {
            return "the file names an image, and nothing here runs containers";
        }

        for (var i = 0; i < fits.Count; i++)
        {
            if (fits[i].Accelerators.Ambiguous is { Count: > 0 } names)
            {
                return $"Accelerator name '{resources.Candidates[i].Accelerator}' is ambiguous. Please choose one of [{string.Join(", ", names)}].";
            }
        }

        if (offerings.Count(offering => fits.Any(fit => fit.FitsButForItsUnknownPrice(offering))) is > 0 and var unpriced)
        {
            return $"asked for {asked}; {unpriced} places fit but for their prices, which are estimated or unknown: `sky catalog refresh` asks the clouds for them";
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
