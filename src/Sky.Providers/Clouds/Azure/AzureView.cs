using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Azure;

/// <summary>A machine of Azure as a node: from its provisioning state and the statuses of its instance view.</summary>
internal static class AzureView
{
    private const string Power = "PowerState/";
    private const string Failed = "ProvisioningState/failed/";

    /// <param name="data">The machine.</param>
    /// <param name="statuses">Of its instance view.</param>
    /// <param name="address">Where it is reached; null: not known yet.</param>
    public static CloudNode Of(VirtualMachineData data, IReadOnlyList<InstanceViewStatus> statuses, string? address)
    {
        var power = statuses.FirstOrDefault(status => status.Code?.StartsWith(Power, StringComparison.OrdinalIgnoreCase) == true)?.Code[Power.Length..].ToLowerInvariant();
        return new CloudNode
        {
            Id = new NodeId(data.Name),
            Name = data.Name,
            Address = address,
            Running = IsRunning(data.ProvisioningState, power),
            Failure = Failure(data, statuses, power),
        };
    }

    /// <summary>Of the machine nothing is left but parts.</summary>
    public static CloudNode Remains(NodeId node, string? address) => new()
    {
        Id = node, Name = node.Value, Address = address, Running = false, Failure = new NodeFailure(CloudFailure.NoCapacity, "Azure has no machine for it (any more)"),
    };

    public static bool IsEnding(VirtualMachineData data) => Is(data.ProvisioningState, "Deleting");

    // A machine that is restarted on another host starts anew, and is the same node; one that failed an update runs all the same.
    private static bool IsRunning(string? provisioning, string? power) =>
        !Is(provisioning, "Creating") && !Is(provisioning, "Deleting") && power is "running" or "starting";

    private static NodeFailure? Failure(VirtualMachineData data, IReadOnlyList<InstanceViewStatus> statuses, string? power)
    {
        if (IsRunning(data.ProvisioningState, power))
        {
            return null;
        }

        if (Is(data.ProvisioningState, "Failed"))
        {
            var status = statuses.FirstOrDefault(status => status.Code?.StartsWith(Failed, StringComparison.OrdinalIgnoreCase) == true);
            var code = status?.Code[Failed.Length..];
            return new NodeFailure(AzureErrors.Kind(code, status?.Message, status: 409), AzureErrors.Sentence(code ?? "Failed", status?.Message, 409));
        }

        var spot = data.Priority == VirtualMachinePriorityType.Spot;
        return power is "deallocated" or "deallocating" or "stopped" or "stopping"
            ? new NodeFailure(spot ? CloudFailure.NoCapacity : CloudFailure.Unavailable, spot ? "Azure took the spot machine away" : "the machine was stopped")
            : null;
    }

    private static bool Is(string? state, string which) => string.Equals(state, which, StringComparison.OrdinalIgnoreCase);
}
