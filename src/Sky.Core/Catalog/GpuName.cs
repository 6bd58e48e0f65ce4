namespace Sky.Core.Catalog;

/// <summary>Names of accelerators as people write them, made the catalog's own.</summary>
public static class GpuName
{
    /// <summary>
    /// Which of the known names is meant, as SkyServe's users know it: the name itself in any case; else, with separators left out
    /// (<c>a100_80gb</c>, <c>RTX PRO 6000</c>); else the one name it is a part of (<c>Gaudi</c>). Several it is a part of are all told: it is ambiguous.
    /// </summary>
    /// <returns>One name when it is clear; none when it is not known; several when it is ambiguous.</returns>
    public static IReadOnlyList<string> Resolve(string asked, IReadOnlyCollection<string> known)
    {
        foreach (var name in known)
        {
            if (string.Equals(name, asked, StringComparison.OrdinalIgnoreCase))
            {
                return [name];
            }
        }

        var bare = Bare(asked);
        if (bare.Length == 0)
        {
            return [];
        }

        List<string> same = [.. known.Where(name => Bare(name) == bare)];
        return same.Count > 0 ? same : [.. known.Where(name => Bare(name).Contains(bare, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Who makes it, in upper case: <c>NVIDIA</c>, <c>AMD</c>, <c>INTEL</c>, <c>AWS</c>.</summary>
    public static string Vendor(string name)
    {
        return Starts("MI") || Starts("Radeon") ? "AMD" : Starts("Gaudi") ? "INTEL" : Starts("Trainium") || Starts("Inferentia") ? "AWS" : "NVIDIA";

        bool Starts(string with) => name.StartsWith(with, StringComparison.OrdinalIgnoreCase);
    }

    private static string Bare(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
