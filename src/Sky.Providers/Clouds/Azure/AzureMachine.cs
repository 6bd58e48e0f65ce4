using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Models;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Azure;

/// <summary>What is asked of Azure for one node: an address, a network interface, and the machine, with which the other two go.</summary>
internal static class AzureMachine
{
    /// <summary>Nobody can sign in as this user: there is no password, no port for it, and nobody has the key.</summary>
    private const string User = "sky";

    /// <summary>The price is at most that on demand, and the machine is never taken for its price alone.</summary>
    private const double AnyPrice = -1;

    /// <summary>Kept by the node until it goes; it goes with the machine.</summary>
    public static JsonObject Address() => new() { ["publicIPAllocationMethod"] = "Static", ["publicIPAddressVersion"] = "IPv4", ["deleteOption"] = "Delete" };

    public static JsonObject Interface(ResourceIdentifier group, NodeId node) => new()
    {
        ["ipConfigurations"] = new JsonArray(new JsonObject
        {
            ["name"] = "node",
            ["properties"] = new JsonObject
            {
                ["privateIPAllocationMethod"] = "Dynamic",
                ["subnet"] = new JsonObject { ["id"] = $"{AzureNames.Network(group)}/subnets/{AzureNames.Subnet}" },
                ["publicIPAddress"] = new JsonObject { ["id"] = AzureNames.Address(group, node).ToString(), ["properties"] = new JsonObject { ["deleteOption"] = "Delete" } },
            },
        }),
    };

    public static VirtualMachineData Of(NodeRequest request, ResourceIdentifier group, AzureSettings settings)
    {
        var offering = request.Offering;
        var data = new VirtualMachineData(new AzureLocation(offering.Region!))
        {
            HardwareProfile = new VirtualMachineHardwareProfile { VmSize = new VirtualMachineSizeType(offering.InstanceType) },
            StorageProfile = new VirtualMachineStorageProfile
            {
                ImageReference = AzureImage.For(offering, settings).Reference(),
                OSDisk = new VirtualMachineOSDisk(DiskCreateOptionType.FromImage)
                {
                    Name = AzureNames.Disk(group, request.Node).Name,
                    DiskSizeGB = settings.DiskGiB,
                    DeleteOption = DiskDeleteOptionType.Delete,
                    ManagedDisk = new VirtualMachineManagedDisk { StorageAccountType = StorageAccountType.PremiumLrs },
                },
            },
            OSProfile = Profile(request),
            NetworkProfile = new VirtualMachineNetworkProfile
            {
                NetworkInterfaces = { new VirtualMachineNetworkInterfaceReference { Id = AzureNames.Interface(group, request.Node), Primary = true, DeleteOption = ComputeDeleteOption.Delete } },
            },
        };
        if (offering.Zone is { } zone)
        {
            data.Zones.Add(zone);
        }

        if (offering.UseSpot)
        {
            data.Priority = VirtualMachinePriorityType.Spot;
            data.EvictionPolicy = VirtualMachineEvictionPolicyType.Delete;
            data.BillingMaxPrice = request.MaxHourlyCost ?? AnyPrice;
        }

        if (settings.EncryptionAtHost)
        {
            data.SecurityProfile = new SecurityProfile { EncryptionAtHost = true };
        }

        if (settings.NodeIdentity is { } identity)
        {
            data.Identity = new ManagedServiceIdentity(ManagedServiceIdentityType.UserAssigned) { UserAssignedIdentities = { [new ResourceIdentifier(identity)] = new UserAssignedIdentity() } };
        }

        return data;
    }

    /// <summary>What the machine shows of itself is what was asked for; null, else what differs.</summary>
    public static string? Differs(NodeRequest request, VirtualMachineData data)
    {
        var attempt = data.Tags.TryGetValue(NodeTags.Attempt, out var tag) ? tag : "none";
        return attempt != request.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture) ? $"attempt {attempt}"
            : !string.Equals(data.HardwareProfile?.VmSize?.ToString(), request.Offering.InstanceType, StringComparison.OrdinalIgnoreCase) ? $"size {data.HardwareProfile?.VmSize}"
            : data.Zones.FirstOrDefault() != request.Offering.Zone ? $"zone {data.Zones.FirstOrDefault() ?? "none"}"
            : (data.Priority == VirtualMachinePriorityType.Spot) != request.Offering.UseSpot ? $"priority {data.Priority}"
            : null;
    }

    private static VirtualMachineOSProfile Profile(NodeRequest request) => new()
    {
        ComputerName = request.Node.Value,
        AdminUsername = User,
        CustomData = request.UserData is { } data ? Convert.ToBase64String(Encoding.UTF8.GetBytes(data)) : null,
        LinuxConfiguration = new LinuxConfiguration
        {
            DisablePasswordAuthentication = true,
            SshPublicKeys = { new SshPublicKeyConfiguration { Path = $"/home/{User}/.ssh/authorized_keys", KeyData = ThrownAwayKey.Public } },
        },
    };
}
