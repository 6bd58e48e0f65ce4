using System.Globalization;
using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws.Network;
using Placement = Amazon.EC2.Model.Placement;

namespace Sky.Providers.Clouds.Aws;

/// <summary>What EC2 is asked for: one instance, closed and encrypted, that cannot come twice.</summary>
internal static class AwsLaunch
{
    private const string Arn = "arn:";

    public static RunInstancesRequest Request(NodeRequest request, OwnerId owner, AwsSettings settings, AwsImage image, AwsSubnet network) => new()
    {
        ClientToken = Token(request),
        MinCount = 1,
        MaxCount = 1,
        InstanceType = request.Offering.InstanceType,
        ImageId = image.Id,
        Placement = request.Offering.Zone is { } zone ? new Placement { AvailabilityZone = zone } : null,
        InstanceMarketOptions = request.Offering.UseSpot ? Spot(request.MaxHourlyCost) : null,
        // A spot instance that is bought once cannot be stopped anyway.
        InstanceInitiatedShutdownBehavior = request.Offering.UseSpot ? null : ShutdownBehavior.Terminate,
        // Version 2 alone, and no hop beyond the machine itself: a container has one more, and gets no answer.
        MetadataOptions = new InstanceMetadataOptionsRequest
        {
            HttpEndpoint = InstanceMetadataEndpointState.Enabled,
            HttpTokens = HttpTokensState.Required,
            HttpPutResponseHopLimit = 1,
            InstanceMetadataTags = InstanceMetadataTagsState.Disabled,
        },
        BlockDeviceMappings =
        [
            new BlockDeviceMapping
            {
                DeviceName = image.RootDevice,
                Ebs = new EbsBlockDevice { VolumeType = VolumeType.Gp3, VolumeSize = Math.Max(settings.DiskGb, image.LeastGb), Encrypted = true, DeleteOnTermination = true },
            },
        ],
        // It calls the controller and fetches images itself: an address of its own is cheaper than a gateway for its network.
        NetworkInterfaces =
        [
            new InstanceNetworkInterfaceSpecification { DeviceIndex = 0, SubnetId = network.Subnet, Groups = [network.SecurityGroup], AssociatePublicIpAddress = true, DeleteOnTermination = true },
        ],
        IamInstanceProfile = ProfileOf(settings),
        UserData = request.UserData is { } script ? Convert.ToBase64String(Encoding.UTF8.GetBytes(script)) : null,
        TagSpecifications = [.. Tagged(request).Select(type => AwsTags.OfNode(owner, request, type))],
    };

    /// <summary>The same for each repetition of one attempt, and for no other.</summary>
    public static string Token(NodeRequest request) => string.Create(CultureInfo.InvariantCulture, $"{request.Node}-{request.Attempt}");

    private static ResourceType[] Tagged(NodeRequest request) => request.Offering.UseSpot
        ? [ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface, ResourceType.SpotInstancesRequest]
        : [ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface];

    /// <summary>At the market's price, at most that on demand or what the file says; once it is taken away it is gone.</summary>
    private static InstanceMarketOptionsRequest Spot(double? most) => new()
    {
        MarketType = MarketType.Spot,
        SpotOptions = new SpotMarketOptions
        {
            SpotInstanceType = SpotInstanceType.OneTime, InstanceInterruptionBehavior = InstanceInterruptionBehavior.Terminate, MaxPrice = most?.ToString("0.######", CultureInfo.InvariantCulture),
        },
    };

    private static IamInstanceProfileSpecification? ProfileOf(AwsSettings settings) => settings.InstanceProfile switch
    {
        null => null,
        var arn when arn.StartsWith(Arn, StringComparison.Ordinal) => new IamInstanceProfileSpecification { Arn = arn },
        var name => new IamInstanceProfileSpecification { Name = name },
    };
}
