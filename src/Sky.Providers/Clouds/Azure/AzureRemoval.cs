using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Removes what the nodes of a store shared at Azure, once there are no nodes: its resource groups. What others put into one keeps it.</summary>
/// <param name="settings">Where.</param>
/// <param name="owner">Whose.</param>
/// <param name="identity">Who asks; null: what Azure's library finds on this machine.</param>
public sealed class AzureRemoval(AzureSettings settings, OwnerId owner, TokenCredential? identity = null)
{
    /// <summary>What was removed, a line each.</summary>
    /// <exception cref="CloudException">There are nodes, or things of others, or Azure refuses: nothing more is removed.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.Subscription is not { } subscription)
        {
            throw new CloudException(CloudFailure.Unauthorized, $"set {AzureSettings.SubscriptionSetting} to the subscription that is meant");
        }

        try
        {
            return await RemoveAsync(AzureClient.Make(settings, identity ?? new DefaultAzureCredential()), new AzureNames(subscription, owner), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not CloudException && AzureErrors.Of(failure) is { } known)
        {
            throw known;
        }
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(ArmClient client, AzureNames names, CancellationToken cancellationToken)
    {
        var networks = new AzureNetworks(client, names, settings.AllowFrom);
        if ((await new AzureNodes(client, names, networks).ListAsync(cancellationToken)).FirstOrDefault() is { } node)
        {
            throw new CloudException(CloudFailure.Invalid, $"there are nodes at Azure that bear the owner {names.Owner}, such as {node.Id}: take down what runs there first");
        }

        var groups = await networks.GroupsAsync(cancellationToken);
        foreach (var group in groups)
        {
            await RefuseOthersAsync(client, group, cancellationToken);
        }

        foreach (var group in groups)
        {
            await client.GetResourceGroupResource(group).DeleteAsync(WaitUntil.Completed, cancellationToken: cancellationToken);
        }

        return [.. groups.Select(group => $"resource group {group.Name}")];
    }

    private static async Task RefuseOthersAsync(ArmClient client, ResourceIdentifier group, CancellationToken cancellationToken)
    {
        ResourceIdentifier[] ours = [AzureNames.Network(group), AzureNames.SecurityGroup(group)];
        await foreach (var one in client.GetResourceGroupResource(group).GetGenericResourcesAsync(cancellationToken: cancellationToken))
        {
            if (!ours.Contains(one.Id))
            {
                throw new CloudException(CloudFailure.Invalid, $"the resource group {group.Name} also holds {one.Id.ResourceType} {one.Id.Name}, which is not ours: remove it first, or the group by hand");
            }
        }
    }
}
