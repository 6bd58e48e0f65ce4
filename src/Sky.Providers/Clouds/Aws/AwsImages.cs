using System.Collections.Concurrent;
using Amazon.EC2.Model;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using InstanceType = Sky.Core.Catalog.InstanceType;

namespace Sky.Providers.Clouds.Aws;

/// <summary>The image of each region, for nodes with and without accelerators: found by its owner and name, the newest, and remembered. Safe for concurrent use.</summary>
internal sealed class AwsImages(AwsSettings settings, AwsClients clients, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(6);

    // Debian's own account: https://wiki.debian.org/Cloud/AmazonEC2Image
    private const string Debian = "136693071363";

    // AWS's Deep Learning Base images: NVIDIA's driver, Docker and NVIDIA's container toolkit are in them.
    // https://docs.aws.amazon.com/dlami/latest/devguide/appendix-ami-release-notes.html
    private const string Amazon = "amazon";
    private const string GpuX86 = "Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) *";
    private const string GpuArm = "Deep Learning ARM64 Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) *";

    // NVIDIA's open kernel modules begin with Turing.
    private const string GpuOld = "Deep Learning Base Proprietary Nvidia Driver GPU AMI (Ubuntu *";

    private static readonly string[] _oldGpus = ["V100", "V100-32GB", "K80", "M60", "P100", "P4"];
    private static readonly string[] _otherMakers = ["Inferentia", "Trainium", "Gaudi", "Radeon", "MI300"];

    private readonly ConcurrentDictionary<(string Region, string Choice, string Architecture), (AwsImage Image, DateTimeOffset At)> _known = new();

    /// <summary>Whether there is an image with what the accelerator needs: for makers other than NVIDIA only where one is named in the settings.</summary>
    public bool HasImageFor(Offering offering) =>
        offering.Accelerator is not { } accelerator || settings.GpuImage is not null || !Array.Exists(_otherMakers, maker => accelerator.StartsWith(maker, StringComparison.Ordinal));

    public async Task<AwsImage> FindAsync(string region, Offering offering, CancellationToken cancellationToken)
    {
        var choice = ChoiceOf(offering);
        var architecture = offering.Architecture ?? InstanceType.X86;
        var key = (region, choice.IdIn(region) ?? $"{choice.Owner}/{choice.Name}", architecture);
        if (_known.TryGetValue(key, out var known) && time.GetUtcNow() - known.At < Kept)
        {
            return known.Image;
        }

        var image = await AskAsync(region, choice, architecture, cancellationToken);
        _known[key] = (image, time.GetUtcNow());
        return image;
    }

    /// <summary>What was found in a region does not hold any more.</summary>
    public void Forget(string region)
    {
        foreach (var key in _known.Keys.Where(key => key.Region == region))
        {
            _known.TryRemove(key, out _);
        }
    }

    private AwsImageChoice ChoiceOf(Offering offering)
    {
        if (offering.Accelerator is not { } accelerator)
        {
            return settings.Image ?? new AwsImageChoice { Owner = Debian, Name = offering.Architecture == InstanceType.Arm ? "debian-12-arm64-*" : "debian-12-amd64-*" };
        }

        return settings.GpuImage ?? new AwsImageChoice
        {
            Owner = Amazon,
            Name = offering.Architecture == InstanceType.Arm ? GpuArm : _oldGpus.Contains(accelerator) ? GpuOld : GpuX86,
        };
    }

    private async Task<AwsImage> AskAsync(string region, AwsImageChoice choice, string architecture, CancellationToken cancellationToken)
    {
        var id = choice.IdIn(region);
        if (id is null && choice.Owner is null)
        {
            throw new CloudException(CloudFailure.Invalid, $"no image is given for AWS's region {region}: say REGION=ami-… in SKY_AWS_IMAGE and SKY_AWS_GPU_IMAGE for it, or leave it out of SKY_AWS_REGIONS");
        }

        var request = id is not null ? new DescribeImagesRequest { ImageIds = [id] } : new DescribeImagesRequest
        {
            Owners = [choice.Owner],
            Filters = [new Filter("name", [choice.Name]), new Filter("architecture", [architecture]), new Filter("state", ["available"])],
        };
        var answer = await AwsFailures.DoAsync(region, "list images", makes: false, token => clients.Of(region).DescribeImagesAsync(request, token), cancellationToken);
        var newest = (answer.Images ?? []).MaxBy(image => (image.CreationDate ?? "", image.ImageId))
            ?? throw new CloudException(CloudFailure.Invalid, $"AWS has no image '{id ?? choice.Name}' in {region} for {architecture}: name another in SKY_AWS_IMAGE or, for nodes with GPUs, SKY_AWS_GPU_IMAGE");
        var root = newest.RootDeviceName ?? "/dev/xvda";
        var disk = (newest.BlockDeviceMappings ?? []).FirstOrDefault(mapping => mapping.DeviceName == root)?.Ebs?.VolumeSize;
        return new AwsImage(newest.ImageId, root, disk ?? 0);
    }
}
