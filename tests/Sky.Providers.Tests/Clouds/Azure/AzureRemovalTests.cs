using System.Text.Json.Nodes;
using Sky.Core.Clouds;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>What regions share goes once there are no nodes, and nothing of others with it.</summary>
public sealed class AzureRemovalTests
{
    private const string Other = "ffffffffffffffffffffffffffffffff";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_groups_of_the_owner_go_once_there_are_no_nodes()
    {
        await using var bed = await AzureBed.StartAsync();
        await bed.Cloud().LaunchAsync(AzureBed.Request("n1"), Cancel);
        await bed.Cloud().LaunchAsync(AzureBed.Request("n2", region: "eastus"), Cancel);
        await bed.Cloud(Other).LaunchAsync(AzureBed.Request("n3"), Cancel);
        Assert.Contains("there are nodes at Azure", (await Assert.ThrowsAsync<CloudException>(() => bed.Removal().RunAsync(Cancel))).Message, StringComparison.Ordinal);
        await AzureBed.RemoveAsync(bed.Cloud(), "n1");
        await AzureBed.RemoveAsync(bed.Cloud(), "n2");

        Assert.Equal([$"resource group sky-{AzureBed.Owner}-eastus", $"resource group sky-{AzureBed.Owner}-westeurope"], (await bed.Removal().RunAsync(Cancel)).Order());
        Assert.Equal($"sky-{Other}-westeurope", (string?)Assert.Single(bed.Endpoint.Of("Microsoft.Resources/subscriptions/resourceGroups"))["name"]);
        Assert.Single(bed.Endpoint.Of("Microsoft.Network/virtualNetworks"));
        Assert.Single(await bed.Cloud(Other).ListAsync(Cancel));
        Assert.Empty(await bed.Removal().RunAsync(Cancel));

        // And are made anew when they are needed.
        await bed.Cloud().LaunchAsync(AzureBed.Request("n4"), Cancel);
        Assert.Equal("n4", Assert.Single(await bed.Cloud().ListAsync(Cancel)).Name);
    }

    [Fact]
    public async Task What_others_put_into_a_group_keeps_all_groups()
    {
        await using var bed = await AzureBed.StartAsync();
        await bed.Cloud().LaunchAsync(AzureBed.Request("n1"), Cancel);
        await AzureBed.RemoveAsync(bed.Cloud(), "n1");
        var group = (string)Assert.Single(bed.Endpoint.Of("Microsoft.Resources/subscriptions/resourceGroups"))["id"]!;
        bed.Endpoint.Put(new JsonObject { ["id"] = $"{group}/providers/Microsoft.Storage/storageAccounts/theirs", ["name"] = "theirs", ["type"] = "Microsoft.Storage/storageAccounts", ["location"] = "westeurope" });
        Assert.Contains("theirs", (await Assert.ThrowsAsync<CloudException>(() => bed.Removal().RunAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Single(bed.Endpoint.Of("Microsoft.Network/virtualNetworks"));
        Assert.Single(bed.Endpoint.Of("Microsoft.Storage/storageAccounts"));
    }
}
