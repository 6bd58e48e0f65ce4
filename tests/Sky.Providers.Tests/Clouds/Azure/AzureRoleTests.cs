using Sky.Core.Clouds;
using Sky.Testing.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>The role of <c>deploy/azure</c> against what the code does: all it does is allowed, and all that is allowed is done.</summary>
public sealed class AzureRoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_role_allows_what_is_done_and_nothing_else()
    {
        var role = Actions();
        await using var bed = await AzureBed.StartAsync();
        bed.Endpoint.Allowed = role;
        var cloud = bed.Cloud(change: settings => settings with { NodeIdentity = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/nodes" });
        Assert.Null((await cloud.LaunchAsync(AzureBed.Request("n1"), Cancel)).Failure);
        Assert.True(Assert.Single(await cloud.ListAsync(Cancel)).Running);
        Assert.True((await cloud.GetAsync(new NodeId("n1"), Cancel))!.Running);
        await AzureBed.RemoveAsync(cloud, "n1");

        // What is left without a machine goes piece by piece.
        await cloud.LaunchAsync(AzureBed.Request("n2"), Cancel);
        await cloud.ListAsync(Cancel);
        bed.Endpoint.Remove((string)Assert.Single(bed.Endpoint.Of("Microsoft.Compute/virtualMachines"))["id"]!);
        await AzureBed.RemoveAsync(cloud, "n2");
        Assert.Empty(bed.Endpoint.Bought());

        Assert.Equal(role.Order(), bed.Endpoint.Calls.SelectMany(call => call.Actions).ToHashSet().Order());
    }

    [Fact]
    public async Task Without_any_one_of_them_something_is_refused()
    {
        foreach (var missing in Actions().Where(action => action.EndsWith("/write", StringComparison.Ordinal) || action.EndsWith("/join/action", StringComparison.Ordinal)))
        {
            await using var bed = await AzureBed.StartAsync();
            bed.Endpoint.Allowed = Actions().Where(action => action != missing).ToHashSet();
            try
            {
                Assert.Equal(CloudFailure.Unauthorized, (await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel)).Failure?.Failure);
            }
            catch (CloudException refused)
            {
                Assert.Equal(CloudFailure.Unauthorized, refused.Failure);
                Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
            }
        }
    }

    private static HashSet<string> Actions() => DeployedPolicy.OfAzure("role.json");
}
