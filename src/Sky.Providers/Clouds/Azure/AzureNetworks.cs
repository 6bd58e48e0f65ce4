using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources;
using Sky.Core.Clouds;
using Sky.Core.Nodes;

namespace Sky.Providers.Clouds.Azure;

/// <summary>
/// What the nodes of a region share, made once and kept: a resource group, a network with one subnet, and what may come in there. It costs nothing.
/// </summary>
internal sealed class AzureNetworks(ArmClient client, AzureNames names, AllowedSources allowed)
{
    private const string Range = "10.77.0.0/16";

    // Below it, Azure's own rules let in what comes from anywhere in the network, networks that are joined to it, and probes of load balancers.
    private const int LastPriority = 4096;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<string, bool> _made = new();

    /// <summary>The region's group, with all that is shared in it.</summary>
    public async Task<ResourceIdentifier> EnsureAsync(string region, CancellationToken cancellationToken)
    {
        var group = names.Group(region);
        var gate = _gates.GetOrAdd(region, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!_made.ContainsKey(region))
            {
                await MakeGroupAsync(group, region, cancellationToken);
                await PutAsync(AzureNames.SecurityGroup(group), region, Rules(), null, cancellationToken);
                if (!await ExistsAsync(AzureNames.Network(group), cancellationToken))
                {
                    await PutAsync(AzureNames.Network(group), region, Network(group), null, cancellationToken);
                }

                _made[region] = true;
            }
        }
        finally
        {
            gate.Release();
        }

        return group;
    }

    /// <summary>Something of it is gone: it is looked at anew the next time.</summary>
    public void Forget(string region) => _made.TryRemove(region, out _);

    /// <summary>The groups of ours that there are.</summary>
    public async Task<IReadOnlyList<ResourceIdentifier>> GroupsAsync(CancellationToken cancellationToken)
    {
        List<ResourceIdentifier> groups = [];
        var filter = $"tagName eq '{NodeTags.Owner}' and tagValue eq '{names.Owner}'";
        await foreach (var group in client.GetSubscriptionResource(names.Subscription).GetResourceGroups().GetAllAsync(filter, cancellationToken: cancellationToken))
        {
            if (names.IsOurs(group.Data.Tags))
            {
                groups.Add(group.Id);
            }
        }

        return groups;
    }

    /// <summary>Makes something, or has it made: again it is the same.</summary>
    public async Task PutAsync(ResourceIdentifier id, string region, JsonObject properties, string? sku, CancellationToken cancellationToken, NodeRequest? node = null)
    {
        var data = new GenericResourceData(new AzureLocation(region)) { Properties = BinaryData.FromString(properties.ToJsonString()) };
        Tag(data.Tags, node);
        if (sku is not null)
        {
            data.Sku = new global::Azure.ResourceManager.Resources.Models.ResourcesSku { Name = sku };
        }

        await client.GetGenericResources().CreateOrUpdateAsync(WaitUntil.Completed, id, data, cancellationToken);
    }

    public void Tag(IDictionary<string, string> tags, NodeRequest? node)
    {
        foreach (var (key, value) in node is null ? [new(NodeTags.Owner, names.Owner.Value)] : NodeTags.Of(names.Owner, node))
        {
            tags[key] = value;
        }
    }

    private async Task MakeGroupAsync(ResourceIdentifier id, string region, CancellationToken cancellationToken)
    {
        var groups = client.GetSubscriptionResource(names.Subscription).GetResourceGroups();
        if (await groups.ExistsAsync(id.Name, cancellationToken))
        {
            var known = await groups.GetAsync(id.Name, cancellationToken);
            if (!names.IsOurs(known.Value.Data.Tags))
            {
                throw new CloudException(CloudFailure.Invalid, $"the resource group {id.Name} is there and bears no tag {NodeTags.Owner}={names.Owner}: it is not ours, and nothing is made in it");
            }

            return;
        }

        var data = new ResourceGroupData(new AzureLocation(region));
        Tag(data.Tags, null);
        await groups.CreateOrUpdateAsync(WaitUntil.Completed, id.Name, data, cancellationToken);
    }

    private async Task<bool> ExistsAsync(ResourceIdentifier id, CancellationToken cancellationToken) => await client.GetGenericResources().ExistsAsync(id, cancellationToken);

    private JsonObject Network(ResourceIdentifier group) => new()
    {
        ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray(Range) },
        ["subnets"] = new JsonArray(new JsonObject
        {
            ["name"] = AzureNames.Subnet,
            ["properties"] = new JsonObject
            {
                ["addressPrefix"] = Range,
                ["networkSecurityGroup"] = new JsonObject { ["id"] = AzureNames.SecurityGroup(group).ToString() },
            },
        }),
    };

    /// <summary>In come controllers and gateways to the agent, and nodes to one another; nothing else, from anywhere, not even SSH.</summary>
    private JsonObject Rules()
    {
        var rules = new JsonArray(
            Rule("nodes", 110, "Allow", "*", "*", new JsonObject { ["sourceAddressPrefix"] = Range }),
            Rule("nobody-else", LastPriority, "Deny", "*", "*", new JsonObject { ["sourceAddressPrefix"] = "*" }));
        if (allowed.Ranges.Count > 0)
        {
            var sources = new JsonObject { ["sourceAddressPrefixes"] = new JsonArray([.. allowed.Ranges.Select(range => (JsonNode)range)]) };
            rules.Insert(0, Rule("controllers-and-gateways", 100, "Allow", "Tcp", NodeHost.DefaultPort.ToString(System.Globalization.CultureInfo.InvariantCulture), sources));
        }

        return new JsonObject { ["securityRules"] = rules };
    }

    private static JsonObject Rule(string name, int priority, string access, string protocol, string port, JsonObject properties)
    {
        properties["priority"] = priority;
        properties["direction"] = "Inbound";
        properties["access"] = access;
        properties["protocol"] = protocol;
        properties["sourcePortRange"] = "*";
        properties["destinationAddressPrefix"] = "*";
        properties["destinationPortRange"] = port;
        return new JsonObject { ["name"] = name, ["properties"] = properties };
    }
}
