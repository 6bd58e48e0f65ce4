using System.Globalization;
using Sky.Core.Specs;

namespace Sky.Core.Services;

/// <summary>Resources in SkyServe's words, such as <c>1x[spot](gpus=A100:4, cpus=2+, mem=4)</c>.</summary>
public static class ResourceText
{
    public static string Of(ResourcesSpec resources) => string.Join(", ", resources.Candidates.Select(Of).Distinct());

    public static string Of(ResourceCandidate candidate)
    {
        List<string> parts = [];
        if (Accelerators(candidate) is { } accelerators)
        {
            parts.Add($"gpus={accelerators}");
        }

        if (candidate.InstanceType is { } type)
        {
            parts.Add(type);
        }

        if (candidate.Cpus is { } cpus)
        {
            parts.Add($"cpus={cpus}");
        }

        if (candidate.Memory is { } memory)
        {
            parts.Add($"mem={memory}");
        }

        return $"1x{(candidate.UseSpot ? "[spot]" : "")}({(parts.Count == 0 ? "any" : string.Join(", ", parts))})";
    }

    /// <summary>Such as <c>A100:4</c>; null for none.</summary>
    public static string? Accelerators(ResourceCandidate candidate) => candidate.Accelerator is { } name
        ? string.Create(CultureInfo.InvariantCulture, $"{name}:{candidate.AcceleratorCount}")
        : null;
}
