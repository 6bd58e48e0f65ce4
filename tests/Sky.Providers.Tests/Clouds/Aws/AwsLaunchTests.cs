using System.Text;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>What a launch asks EC2 for, and what stands there afterwards.</summary>
public sealed class AwsLaunchTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    [Fact]
    public async Task An_instance_is_closed_and_encrypted_and_bears_whose_it_is()
    {
        var node = await LaunchAsync(Start(), Request() with { Replica = new ReplicaKey(new ServiceName("chat"), new ReplicaId(3)) });

        var instance = Assert.Single(await InstancesAsync());
        Assert.Equal((instance.InstanceId, instance.PublicIpAddress, false), (node.Name, node.Address, node.Running));
        Assert.True(Assert.Single(await Start().ListAsync(Cancel)).Running);
        Assert.Equal(("required", "enabled", 1), (instance.MetadataOptions.HttpTokens.Value, instance.MetadataOptions.HttpEndpoint.Value, instance.MetadataOptions.HttpPutResponseHopLimit));
        Assert.Equal(("m6i.large", Zone, "ami-00000000000000001"), (instance.InstanceType.Value, instance.Placement.AvailabilityZone, instance.ImageId));
        var tags = new Dictionary<string, string> { ["sky-owner"] = "us", ["sky-node"] = "sky-1", ["sky-attempt"] = "1", ["sky-service"] = "chat", ["sky-replica"] = "3", ["Name"] = "sky-1" };
        Assert.Equal(tags, instance.Tags.ToDictionary(tag => tag.Key, tag => tag.Value));

        using var ec2 = Ec2();
        var volume = Assert.Single((await ec2.DescribeVolumesAsync(new DescribeVolumesRequest { Filters = [new Filter("attachment.instance-id", [instance.InstanceId])] }, Cancel)).Volumes);
        Assert.Equal((true, "gp3", 100), (volume.Encrypted, volume.VolumeType.Value, volume.Size));
        Assert.Equal(tags, volume.Tags.ToDictionary(tag => tag.Key, tag => tag.Value));
        var data = await ec2.DescribeInstanceAttributeAsync(new DescribeInstanceAttributeRequest { InstanceId = instance.InstanceId, Attribute = "userData" }, Cancel);
        Assert.Equal("#!/bin/sh\necho node\n", Encoding.UTF8.GetString(Convert.FromBase64String(data.InstanceAttribute.UserData)));
    }

    [Fact]
    public async Task EC2_is_asked_for_exactly_this()
    {
        Settings = Settings with { InstanceProfile = "arn:aws:iam::123456789012:instance-profile/none", DiskGb = 8 };
        var cloud = Start();
        await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request(), Cancel)));

        var asked = Assert.Single(Proxy.Calls, call => call.Action == "RunInstances").Form.Where(pair => !pair.Key.Contains("SubnetId") && !pair.Key.Contains("SecurityGroupId")).ToDictionary();
        Assert.Equivalent(
            new Dictionary<string, string>
            {
                ["Action"] = "RunInstances", ["Version"] = "2016-11-15", ["ClientToken"] = "sky-1-1", ["MinCount"] = "1", ["MaxCount"] = "1",
                ["InstanceType"] = "m6i.large", ["ImageId"] = "ami-00000000000000001", ["Placement.AvailabilityZone"] = Zone, ["InstanceInitiatedShutdownBehavior"] = "terminate",
                ["MetadataOptions.HttpEndpoint"] = "enabled", ["MetadataOptions.HttpTokens"] = "required", ["MetadataOptions.HttpPutResponseHopLimit"] = "1", ["MetadataOptions.InstanceMetadataTags"] = "disabled",
                ["BlockDeviceMapping.1.DeviceName"] = "/dev/xvda", ["BlockDeviceMapping.1.Ebs.VolumeType"] = "gp3", ["BlockDeviceMapping.1.Ebs.Encrypted"] = "true", ["BlockDeviceMapping.1.Ebs.DeleteOnTermination"] = "true",
                ["BlockDeviceMapping.1.Ebs.VolumeSize"] = "15", // the image's own is larger than what was asked for
                ["NetworkInterface.1.DeviceIndex"] = "0", ["NetworkInterface.1.AssociatePublicIpAddress"] = "true", ["NetworkInterface.1.DeleteOnTermination"] = "true",
                ["IamInstanceProfile.Arn"] = "arn:aws:iam::123456789012:instance-profile/none", ["UserData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("#!/bin/sh\necho node\n")),
            },
            asked.Where(pair => !pair.Key.StartsWith("TagSpecification", StringComparison.Ordinal)).ToDictionary(), strict: true);
        Assert.Equal(["instance", "volume", "network-interface"], Enumerable.Range(1, 3).Select(number => asked[$"TagSpecification.{number}.ResourceType"]));

        // A manager is for no replica.
        Assert.Equal(["sky-owner", "sky-node", "sky-attempt", "Name"], Enumerable.Range(1, 4).Select(number => asked[$"TagSpecification.1.Tag.{number}.Key"]));
        Assert.DoesNotContain("TagSpecification.1.Tag.5.Key", asked.Keys);
    }

    [Fact]
    public async Task Spot_is_bought_once_and_ends_when_it_is_taken_away()
    {
        await LaunchAsync(Start(), Request(spot: true) with { MaxHourlyCost = 0.125 });

        var asked = Assert.Single(Proxy.Calls, call => call.Action == "RunInstances");
        Assert.Equal(("spot", "one-time", "terminate", null), (
            asked.Parameter("InstanceMarketOptions.MarketType"), asked.Parameter("InstanceMarketOptions.SpotOptions.SpotInstanceType"),
            asked.Parameter("InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior"), asked.Parameter("InstanceInitiatedShutdownBehavior")));
        Assert.Equal("0.125", asked.Parameter("InstanceMarketOptions.SpotOptions.MaxPrice"));
        Assert.Equal("spot-instances-request", asked.Parameter("TagSpecification.4.ResourceType"));
        Assert.Equal("spot", Assert.Single(await InstancesAsync()).InstanceLifecycle.Value);
    }

    [Theory]
    [InlineData(null, null, null, "ami-00000000000000001")]
    [InlineData("L4", null, null, "ami-00000000000000004")]
    [InlineData(null, "ami-00000000000000002", null, "ami-00000000000000002")]
    [InlineData(null, "us-east-1=ami-00000000000000009,eu-central-1=ami-00000000000000002", null, "ami-00000000000000002")]
    [InlineData(null, "111122223333/debian-12-*", null, "ami-00000000000000005")]
    [InlineData("L4", "ami-00000000000000002", "136693071363/debian-12-amd64-20260101*", "ami-00000000000000002")]
    public async Task The_newest_image_of_its_maker_is_taken_unless_another_is_named(string? accelerator, string? image, string? gpuImage, string taken)
    {
        Settings = Settings with { Image = AwsImageChoice.Parse(image), GpuImage = AwsImageChoice.Parse(gpuImage) };
        var cloud = Start();
        await LaunchAsync(cloud, Request(accelerator: accelerator));
        await LaunchAsync(cloud, Request("sky-2", accelerator: accelerator));

        Assert.All(await InstancesAsync(), instance => Assert.Equal(taken, instance.ImageId));
        Assert.Single(Proxy.Calls, call => call.Action == "DescribeImages");
    }

    [Fact]
    public async Task Where_there_is_no_image_it_says_which_setting_names_one()
    {
        Settings = Settings with { Image = AwsImageChoice.Parse("self/none-*") };
        var failure = await Assert.ThrowsAsync<CloudException>(() => Passing(Start().LaunchAsync(Request(), Cancel)));
        Assert.Equal(CloudFailure.Invalid, failure.Failure);
        Assert.Contains("SKY_AWS_IMAGE", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await InstancesAsync());
    }

    [Theory]
    [InlineData("SKY_CLOUD_ALLOW_FROM", "everyone")]
    [InlineData("SKY_AWS_IMAGE", "debian")]
    [InlineData("SKY_AWS_GPU_IMAGE", "a=ami-1,a=ami-2")]
    [InlineData("SKY_AWS_DISK_GB", "1")]
    public void Settings_that_are_wrong_are_named(string variable, string value)
    {
        var wrong = Assert.Throws<FormatException>(() => AwsSettings.Read(name => name == variable ? value : null));
        Assert.StartsWith(variable + " must be", wrong.Message, StringComparison.Ordinal);
    }
}
