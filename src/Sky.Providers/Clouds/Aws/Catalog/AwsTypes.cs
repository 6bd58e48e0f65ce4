using Amazon.EC2;
using Amazon.EC2.Model;
using InstanceType = Sky.Core.Catalog.InstanceType;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>EC2's instance types in the catalog's words.</summary>
internal static class AwsTypes
{
    private const double MebibytesOfOne = 1024;

    // What services without accelerators commonly run on; the others are hundreds of types with local disks, faster networks or metal.
    private static readonly HashSet<string> CommonFamilies =
    [
        "t3", "t3a", "m5", "m6a", "m6i", "m7a", "m7g", "m7i", "m8g", "c5", "c6a", "c6i", "c7a", "c7g", "c7i", "c8g", "r5", "r6i", "r7g", "r7i", "r8g",
    ];

    /// <summary>Whether the catalog keeps it: all with accelerators, and the common families without.</summary>
    public static bool IsKept(InstanceTypeInfo type) =>
        type.BareMetal is not true && (type.GpuInfo is not null || type.NeuronInfo is not null || CommonFamilies.Contains(type.InstanceType.Value.Split('.')[0]));

    public static InstanceType Of(InstanceTypeInfo type)
    {
        var (name, count, memory) = Accelerator(type);
        return new InstanceType
        {
            Name = type.InstanceType.Value,
            Cpus = type.VCpuInfo?.DefaultVCpus ?? 0,
            Memory = (type.MemoryInfo?.SizeInMiB ?? 0) / MebibytesOfOne,
            Architecture = type.ProcessorInfo?.SupportedArchitectures?.Contains(ArchitectureType.Arm64.Value) is true ? InstanceType.Arm : InstanceType.X86,
            Accelerator = name,
            AcceleratorCount = count,
            AcceleratorMemory = memory,
            OnDemand = type.SupportedUsageClasses?.Contains(UsageClassType.OnDemand.Value) is true,
            Spot = type.SupportedUsageClasses?.Contains(UsageClassType.Spot.Value) is true,
        };
    }

    private static (string? Name, double Count, double? Memory) Accelerator(InstanceTypeInfo type)
    {
        if (type.GpuInfo?.Gpus is [var gpu, ..])
        {
            var memory = gpu.MemoryInfo?.SizeInMiB / MebibytesOfOne;
            // A part of a card is counted as none, with the size of the part beside it.
            var count = gpu.Count is > 0 ? gpu.Count.Value : (gpu.GpuPartitionSize ?? 0) * (gpu.LogicalGpuCount ?? 0);
            return (Name(gpu.Name, memory), count, memory);
        }

        return type.NeuronInfo?.NeuronDevices is [var device, ..]
            ? (Name(device.Name, null), device.Count ?? 0, device.MemoryInfo?.SizeInMiB / MebibytesOfOne)
            : (null, 0, null);
    }

    /// <summary>As service files name it; kinds that differ only in memory have names of their own.</summary>
    private static string Name(string name, double? memory) => (name, memory) switch
    {
        ("A100", >= 80) => "A100-80GB",
        ("V100", >= 32) => "V100-32GB",
        _ when name.StartsWith("RTX PRO Server ", StringComparison.Ordinal) => "RTXPRO" + name["RTX PRO Server ".Length..],
        _ => name.Replace(' ', '-'),
    };
}
