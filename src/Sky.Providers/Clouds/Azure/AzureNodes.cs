using Azure;
using Azure.Core;
using Azure.ResourceManager;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Nodes and their parts as Azure holds them: found, listed and removed, ours alone.</summary>
internal sealed class AzureNodes(ArmClient client, AzureNames names, AzureNetworks networks)
{
    private static readonly string[] _parts = [AzureNames.Addresses, AzureNames.Interfaces, AzureNames.Disks];

    /// <summary>The machine of that name with its instance view, whoever made it; null: there is none.</summary>
    public async Task<VirtualMachineResource?> MachineAsync(ResourceIdentifier group, NodeId node, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetVirtualMachineResource(AzureNames.Machine(group, node)).GetAsync(InstanceViewType.InstanceView, cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The node, or null.</summary>
    public async Task<CloudNode?> FindAsync(NodeId node, CancellationToken cancellationToken)
    {
        foreach (var group in await networks.GroupsAsync(cancellationToken))
        {
            if (await MachineAsync(group, node, cancellationToken) is { } machine && names.IsOurs(machine.Data.Tags))
            {
                return AzureView.Of(machine.Data, machine.Data.InstanceView?.Statuses ?? [], await AddressAsync(group, node, cancellationToken));
            }
        }

        return null;
    }

    /// <summary>All that bear our tag; those too of which only parts are left.</summary>
    public async Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken)
    {
        var groups = await networks.GroupsAsync(cancellationToken);
        if (groups.Count == 0)
        {
            return [];
        }

        // Parts before machines: a launch that goes on meanwhile is then seen whole, or not at all.
        var parts = (await Task.WhenAll(groups.Select(group => PartsAsync(group, cancellationToken)))).SelectMany(part => part).ToList();
        var addresses = parts.Where(part => part.Address is not null).DistinctBy(part => part.Node).ToDictionary(part => part.Node, part => part.Address);
        Dictionary<NodeId, CloudNode> nodes = [];
        foreach (var (machine, statuses) in await MachinesAsync(groups, cancellationToken))
        {
            var node = new NodeId(machine.Data.Name);
            nodes[node] = AzureView.Of(machine.Data, statuses, addresses.GetValueOrDefault(node));
        }

        foreach (var left in parts.Where(part => !nodes.ContainsKey(part.Node)).DistinctBy(part => part.Node).ToList())
        {
            // Lists lag behind; to be asked for by name, a machine does not.
            var machine = await MachineAsync(left.Group, left.Node, cancellationToken);
            var address = addresses.GetValueOrDefault(left.Node);
            nodes[left.Node] = machine is null ? AzureView.Remains(left.Node, address) : AzureView.Of(machine.Data, machine.Data.InstanceView?.Statuses ?? [], address);
        }

        return [.. nodes.Values];
    }

    /// <summary>Begins to remove the node: the machine, with which Azure removes its parts; where there is none, the parts.</summary>
    public async Task RemoveAsync(NodeId node, CancellationToken cancellationToken)
    {
        foreach (var group in await networks.GroupsAsync(cancellationToken))
        {
            if (await MachineAsync(group, node, cancellationToken) is not { } machine)
            {
                await RemovePartsAsync(group, node, cancellationToken);
            }
            else if (names.IsOurs(machine.Data.Tags) && !AzureView.IsEnding(machine.Data))
            {
                await machine.DeleteAsync(WaitUntil.Started, cancellationToken: cancellationToken);
            }
        }
    }

    /// <summary>The public address, null while it has none.</summary>
    public async Task<string?> AddressAsync(ResourceIdentifier group, NodeId node, CancellationToken cancellationToken)
    {
        try
        {
            var address = await client.GetGenericResources().GetAsync(AzureNames.Address(group, node), cancellationToken);
            return address.Value.Data.Properties?.ToObjectFromJson<Dictionary<string, object>>()?.GetValueOrDefault("ipAddress")?.ToString();
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <summary>An address that is in use cannot go: the interface goes first, and what used it follows when it is asked for again.</summary>
    private async Task RemovePartsAsync(ResourceIdentifier group, NodeId node, CancellationToken cancellationToken)
    {
        if (await RemovePartAsync(AzureNames.Interface(group, node), cancellationToken))
        {
            return;
        }

        await RemovePartAsync(AzureNames.Address(group, node), cancellationToken);
        await RemovePartAsync(AzureNames.Disk(group, node), cancellationToken);
    }

    /// <summary>False: there is none of that name.</summary>
    private async Task<bool> RemovePartAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        if (!await client.GetGenericResources().ExistsAsync(id, cancellationToken))
        {
            return false;
        }

        await client.GetGenericResource(id).DeleteAsync(WaitUntil.Started, cancellationToken);
        return true;
    }

    private async Task<List<(ResourceIdentifier Group, NodeId Node, string? Address)>> PartsAsync(ResourceIdentifier group, CancellationToken cancellationToken)
    {
        List<(ResourceIdentifier, NodeId, string?)> found = [];
        var lists = new AzureLists(client, group);
        foreach (var type in _parts)
        {
            await foreach (var part in lists.OfAsync(type, cancellationToken))
            {
                if (AzureNames.NodeOf(type, part.Name) is { } node)
                {
                    found.Add((group, node, part.Address));
                }
            }
        }

        return found;
    }

    /// <summary>Two lists of the subscription, since the one with statuses is not promised to bear tags.</summary>
    private async Task<IReadOnlyList<(VirtualMachineResource Machine, IReadOnlyList<InstanceViewStatus> Statuses)>> MachinesAsync(
        IReadOnlyList<ResourceIdentifier> groups, CancellationToken cancellationToken)
    {
        var ours = new List<VirtualMachineResource>();
        await foreach (var machine in All(statusOnly: null, cancellationToken))
        {
            if (names.IsOurs(machine.Data.Tags) && machine.Id.Parent is { } within && groups.Contains(within))
            {
                ours.Add(machine);
            }
        }

        if (ours.Count == 0)
        {
            return [];
        }

        Dictionary<ResourceIdentifier, IReadOnlyList<InstanceViewStatus>> statuses = [];
        await foreach (var machine in All(statusOnly: "true", cancellationToken))
        {
            statuses[machine.Id] = machine.Data.InstanceView?.Statuses ?? [];
        }

        return [.. await Task.WhenAll(ours.Select(async machine => (machine, statuses.GetValueOrDefault(machine.Id) is { Count: > 0 } known ? known : await StatusesAsync(machine, cancellationToken))))];
    }

    private AsyncPageable<VirtualMachineResource> All(string? statusOnly, CancellationToken cancellationToken) =>
        client.GetSubscriptionResource(names.Subscription).GetVirtualMachinesAsync(statusOnly, null, cancellationToken);

    /// <summary>A machine of which the list says nothing is asked for itself: silence is no end.</summary>
    private async Task<IReadOnlyList<InstanceViewStatus>> StatusesAsync(VirtualMachineResource machine, CancellationToken cancellationToken) =>
        (await MachineAsync(machine.Id.Parent!, new NodeId(machine.Data.Name), cancellationToken))?.Data.InstanceView?.Statuses ?? [];
}
