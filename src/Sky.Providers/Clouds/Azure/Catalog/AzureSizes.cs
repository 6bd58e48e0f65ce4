using System.Globalization;
using System.Text.Json;
using Sky.Core.Catalog;

namespace Sky.Providers.Clouds.Azure.Catalog;

/// <summary>Azure's sizes in the catalog's words.</summary>
internal static class AzureSizes
{
    /// <summary>
    /// The hardware that one entry of Azure's list of sizes tells. Azure says how many GPUs, not which: that stands in the names of sizes. A
    /// size that shares a card is known only from the catalog so far.
    /// </summary>
    /// <param name="sku">The entry.</param>
    /// <param name="known">What the catalog says so far; null when it does not know the size.</param>
    /// <returns>Null for a size that the catalog does not keep: without accelerators and not known so far, or with ones whose kind is not known.</returns>
    public static InstanceType? Of(JsonElement sku, InstanceType? known)
    {
        var name = sku.GetProperty("name").GetString()!;
        var capabilities = sku.GetProperty("capabilities").EnumerateArray().ToLookup(
            one => one.GetProperty("name").GetString()!, one => one.GetProperty("value").GetString()!, StringComparer.OrdinalIgnoreCase);
        var gpus = Number("GPUs") ?? 0;
        var named = Accelerator(name);
        if (known is null && (gpus <= 0 || named is null))
        {
            return null;
        }

        var type = known ?? new InstanceType
        {
            Name = name,
            Cpus = 0,
            Memory = 0,
            Accelerator = named!.Value.Name,
            AcceleratorCount = gpus,
            AcceleratorMemory = named.Value.Memory,
        };
        return type with
        {
            Cpus = Number("vCPUs") ?? type.Cpus,
            Memory = Number("MemoryGB") ?? type.Memory,
            Architecture = capabilities["CpuArchitectureType"].FirstOrDefault() is { } architecture
                ? architecture.Equals("Arm64", StringComparison.OrdinalIgnoreCase) ? InstanceType.Arm : InstanceType.X86
                : type.Architecture,
            Spot = capabilities["LowPriorityCapable"].FirstOrDefault() is { } spot ? spot.Equals("True", StringComparison.OrdinalIgnoreCase) : type.Spot,
        };

        double? Number(string capability) =>
            double.TryParse(capabilities[capability].FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The kind of accelerator that the name of a size tells, and the memory of each in GB; null when it tells none.</summary>
    public static (string Name, double Memory)? Accelerator(string size)
    {
        return size switch
        {
            _ when Has("_T4_") => ("T4", 16),
            _ when Has("_A10_") => ("A10", 24),
            _ when Has("_V710_") => ("Radeon-Pro-V710", 24),
            _ when Has("_RTXPRO6000") => ("RTXPRO6000", 96),
            _ when Has("_GB200_") => ("GB200", 192),
            _ when Has("_GB300_") => ("GB300", 288),
            _ when Has("_MI300X_") => ("MI300X", 192),
            _ when Has("_H200_") => ("H200", 141),
            _ when Has("_H100_") => Has("_NC") ? ("H100-NVL", 94) : ("H100", 80),
            _ when Has("_ND96asr_") => ("A100", 40),
            _ when Has("_A100_") => ("A100-80GB", 80),
            _ => null,
        };

        bool Has(string part) => size.Contains(part, StringComparison.Ordinal);
    }
}
