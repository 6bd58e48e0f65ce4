using Sky.Core.Catalog;
using Sky.Providers.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

public sealed class AzureSettingsTests
{
    [Fact]
    public void Without_any_there_is_no_subscription_and_the_public_cloud()
    {
        var settings = AzureSettings.Read(_ => null);
        Assert.Equal((null, new Uri("https://management.azure.com/"), 128, false), (settings.Subscription, settings.Management, settings.DiskGiB, settings.EncryptionAtHost));
        Assert.Empty(settings.AllowFrom.Ranges);
        Assert.Equal("https://management.azure.com//.default", AzureClient.Scope(settings.Management), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("SKY_AZURE_MANAGEMENT_URL", "http://management.azure.com", "no token goes anywhere else")]
    [InlineData("SKY_AZURE_MANAGEMENT_URL", "nowhere", "SKY_AZURE_MANAGEMENT_URL")]
    [InlineData("SKY_AZURE_IMAGE", "debian", "publisher:offer:sku:version")]
    [InlineData("SKY_AZURE_GPU_IMAGE", "a:b::d", "publisher:offer:sku:version")]
    [InlineData("SKY_AZURE_NODE_IDENTITY", "nodes", "resource id")]
    [InlineData("SKY_AZURE_ENCRYPTION_AT_HOST", "maybe", "1 or 0")]
    [InlineData("SKY_AZURE_DISK_GB", "1", "30 to 4095")]
    [InlineData("SKY_CLOUD_ALLOW_FROM", "everybody", "addresses or ranges")]
    public void What_is_wrong_is_said_with_its_name(string name, string value, string what)
    {
        var wrong = Assert.Throws<FormatException>(() => AzureSettings.Read(variable => variable == name ? value : null));
        Assert.StartsWith(name, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(what, wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"Found: '{value}'", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn")]
    [InlineData("https://management.usgovcloudapi.net/", "https://management.usgovcloudapi.net")]
    [InlineData("http://127.0.0.1:1234", "https://management.azure.com")]
    public void A_sovereign_cloud_has_tokens_of_its_own(string address, string audience) =>
        Assert.StartsWith(audience, AzureClient.Scope(AzureSettings.Read(name => name == "SKY_AZURE_MANAGEMENT_URL" ? address : null).Management), StringComparison.Ordinal);

    [Fact]
    public void The_image_goes_by_what_the_machine_has()
    {
        var cpu = new Offering { Cloud = "azure", InstanceType = "x", Cpus = 1, Memory = 1 };
        Assert.Equal(AzureImage.Debian, AzureImage.For(cpu, new AzureSettings()));
        Assert.Equal(AzureImage.DebianArm, AzureImage.For(cpu with { Architecture = InstanceType.Arm }, new AzureSettings()));
        Assert.Equal(AzureImage.UbuntuNvidia, AzureImage.For(cpu with { Accelerator = "H100", AcceleratorCount = 8 }, new AzureSettings()));
        var own = AzureImage.Parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/i")!;
        Assert.Equal(own, AzureImage.For(cpu, new AzureSettings { Image = own }));
        Assert.Equal(own.Name, own.Reference().Id!.ToString());
    }

    [Theory]
    [InlineData("Standard_D4s_v5", null, 0, true)]
    [InlineData("Standard_NC24ads_A100_v4", "A100-80GB", 1, true)]
    [InlineData("Standard_ND96isr_H100_v5", "H100", 8, true)]
    [InlineData("Standard_ND96isr_MI300X_v5", "MI300X", 8, false)]
    [InlineData("Standard_NV36ads_A10_v5", "A10", 1, false)]
    [InlineData("Standard_NC36lds_xl_RTXPRO6000BSE_v6", "RTXPRO6000", 0.25, false)]
    public void What_no_image_has_a_driver_for_is_offered_only_with_an_image_that_someone_names(string type, string? gpu, double count, bool usual)
    {
        var offering = new Offering { Cloud = "azure", InstanceType = type, Cpus = 1, Memory = 1, Accelerator = gpu, AcceleratorCount = count };
        Assert.Equal(usual, AzureImage.IsThereFor(offering, new AzureSettings()));
        Assert.True(AzureImage.IsThereFor(offering, new AzureSettings { GpuImage = AzureImage.Parse("a:b:c:d") }));
    }
}
