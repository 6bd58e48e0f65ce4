using Azure.Core;
using Azure.ResourceManager.Compute.Models;
using Sky.Core.Catalog;

namespace Sky.Providers.Clouds.Azure;

/// <summary>What a node's disk starts from: one of the marketplace's images by its four names, or one by its resource id.</summary>
public sealed record AzureImage
{
    /// <summary>Debian's own image of Azure, generation 2.</summary>
    public static AzureImage Debian { get; } = new() { Name = "Debian:debian-12:12-gen2:latest" };

    /// <summary>The same for arm64.</summary>
    public static AzureImage DebianArm { get; } = new() { Name = "Debian:debian-12:12-arm64:latest" };

    /// <summary>Microsoft's Ubuntu 22.04 for HPC and AI: NVIDIA's driver and container toolkit are in it.</summary>
    public static AzureImage UbuntuNvidia { get; } = new() { Name = "microsoft-dsvm:ubuntu-hpc:2204:latest" };

    /// <summary><c>publisher:offer:sku:version</c>, or a resource id.</summary>
    public required string Name { get; init; }

    /// <summary>Null for nothing.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static AzureImage? Parse(string? text) =>
        text is null ? null
        : text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) || (text.Split(':') is { Length: 4 } parts && parts.All(part => part.Length > 0)) ? new AzureImage { Name = text }
        : throw new FormatException($"must be publisher:offer:sku:version, such as {Debian.Name}, or the resource id of an image. Found: '{text}'");

    /// <summary>The one that a node of that kind starts from.</summary>
    public static AzureImage For(Offering offering, AzureSettings settings) =>
        offering.Accelerator is not null ? settings.GpuImage ?? UbuntuNvidia
        : settings.Image ?? (offering.Architecture == InstanceType.Arm ? DebianArm : Debian);

    /// <summary>
    /// Whether there is an image for it: Microsoft's has NVIDIA's driver for whole cards beside x86 processors. Parts of cards, and sizes for
    /// graphics (NV), need NVIDIA's GRID driver, and other makers' cards theirs: an image that someone names is taken to have it.
    /// </summary>
    public static bool IsThereFor(Offering offering, AzureSettings settings) => offering.Accelerator is not { } name || settings.GpuImage is not null
        || (offering.Architecture != InstanceType.Arm && offering.AcceleratorCount >= 1
            && (offering.InstanceType.StartsWith("Standard_NC", StringComparison.OrdinalIgnoreCase) || offering.InstanceType.StartsWith("Standard_ND", StringComparison.OrdinalIgnoreCase))
            && !name.StartsWith("MI", StringComparison.OrdinalIgnoreCase));

    internal ImageReference Reference() => Name.StartsWith('/')
        ? new ImageReference { Id = new ResourceIdentifier(Name) }
        : Name.Split(':') is [var publisher, var offer, var sku, var version]
            ? new ImageReference { Publisher = publisher, Offer = offer, Sku = sku, Version = version }
            : throw new InvalidOperationException($"'{Name}' names no image");
}
