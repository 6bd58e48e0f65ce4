using System.Globalization;
using Sky.Core.Catalog;

namespace Sky.CatalogBuilder;

/// <summary>Hardware that was written down from a cloud's pages; each line says which.</summary>
internal static class Hardware
{
    public static InstanceType Of(IReadOnlyDictionary<string, string> row, string name) => new()
    {
        Name = row[name],
        Cpus = Number(row["vcpus"]),
        Memory = Number(row["memory_gib"]),
        Architecture = row["architecture"],
        Accelerator = row["gpu"].Length == 0 ? null : row["gpu"],
        AcceleratorCount = Number(row["gpu_count"]),
        AcceleratorMemory = row["gpu_memory_gib"].Length == 0 ? null : Number(row["gpu_memory_gib"]),
        Spot = row["spot"] == "yes",
    };

    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
