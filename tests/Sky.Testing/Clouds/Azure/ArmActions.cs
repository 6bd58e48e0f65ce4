using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>
/// Which actions a call needs. The method gives read, write or delete of the type; what a body refers to must be allowed to be joined
/// ("linked access checks"), and a machine's disk to be made with it.
/// </summary>
internal static class ArmActions
{
    public static IReadOnlyList<string> Of(ArmCall call)
    {
        if (call.Id is not { } id)
        {
            return [];
        }

        var verb = call.Method switch { "PUT" or "PATCH" => "write", "DELETE" => "delete", "POST" => "action", _ => "read" };
        return [$"{id.Type}/{verb}", .. call.Method == "PUT" && call.Body is { } body ? Linked(id, body) : []];
    }

    private static IEnumerable<string> Linked(ArmId id, JsonObject body)
    {
        var text = body.ToJsonString();
        if (id.Is("Microsoft.Compute/virtualMachines"))
        {
            yield return "Microsoft.Compute/disks/write";
        }

        foreach (var (refers, action) in new[]
        {
            ("/networkSecurityGroups/", "Microsoft.Network/networkSecurityGroups/join/action"),
            ("/subnets/", "Microsoft.Network/virtualNetworks/subnets/join/action"),
            ("/publicIPAddresses/", "Microsoft.Network/publicIPAddresses/join/action"),
            ("/networkInterfaces/", "Microsoft.Network/networkInterfaces/join/action"),
            ("/userAssignedIdentities/", "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"),
        })
        {
            if (text.Contains(refers, StringComparison.OrdinalIgnoreCase))
            {
                yield return action;
            }
        }
    }
}
