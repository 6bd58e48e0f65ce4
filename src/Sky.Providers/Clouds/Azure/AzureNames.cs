using Azure.Core;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Azure;

/// <summary>The names of all that is made at Azure: by them the same wish twice is one thing.</summary>
/// <param name="subscription">Its id.</param>
/// <param name="owner">Whose it is.</param>
internal sealed class AzureNames(string subscription, OwnerId owner)
{
    public const string Machines = "Microsoft.Compute/virtualMachines";
    public const string Disks = "Microsoft.Compute/disks";
    public const string Interfaces = "Microsoft.Network/networkInterfaces";
    public const string Addresses = "Microsoft.Network/publicIPAddresses";
    public const string Networks = "Microsoft.Network/virtualNetworks";
    public const string SecurityGroups = "Microsoft.Network/networkSecurityGroups";
    public const string Subnet = "nodes";

    private const string OfDisk = "-disk";
    private const string OfInterface = "-nic";
    private const string OfAddress = "-ip";

    public OwnerId Owner => owner;

    public ResourceIdentifier Subscription { get; } = new($"/subscriptions/{subscription}");

    /// <summary>One for each region. It holds all that there is.</summary>
    public ResourceIdentifier Group(string region) => new($"{Subscription}/resourceGroups/sky-{owner}-{region.ToLowerInvariant()}");

    public static ResourceIdentifier SecurityGroup(ResourceIdentifier group) => In(group, SecurityGroups, "sky-nodes");

    public static ResourceIdentifier Network(ResourceIdentifier group) => In(group, Networks, "sky-nodes");

    public static ResourceIdentifier Machine(ResourceIdentifier group, NodeId node) => In(group, Machines, node.Value);

    public static ResourceIdentifier Interface(ResourceIdentifier group, NodeId node) => In(group, Interfaces, node + OfInterface);

    public static ResourceIdentifier Address(ResourceIdentifier group, NodeId node) => In(group, Addresses, node + OfAddress);

    public static ResourceIdentifier Disk(ResourceIdentifier group, NodeId node) => In(group, Disks, node + OfDisk);

    /// <summary>The node to which something in a group of ours belongs by its name; null: to none.</summary>
    public static NodeId? NodeOf(string type, string name) =>
        (type switch { Disks => OfDisk, Interfaces => OfInterface, Addresses => OfAddress, _ => null }) is { } end && name.EndsWith(end, StringComparison.Ordinal)
            ? new NodeId(name[..^end.Length])
            : null;

    public bool IsOurs(IDictionary<string, string> tags) => tags.TryGetValue(NodeTags.Owner, out var whose) && whose == owner.Value;

    private static ResourceIdentifier In(ResourceIdentifier group, string type, string name) => new($"{group}/providers/{type}/{name}");
}
