using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>Microsoft.Network: networks, security groups, addresses and interfaces, as far as one refers to another.</summary>
internal static class ArmNetworks
{
    public static ArmAnswer Put(ArmWorld world, ArmCall call, ArmId id)
    {
        var known = world.Find(id.Path);
        var body = Resource(call, id);
        var properties = (JsonObject)body["properties"]!;
        Check(world, id, properties);
        if (id.Is("Microsoft.Network/publicIPAddresses"))
        {
            properties["ipAddress"] = known?["properties"]?["ipAddress"]?.DeepClone() ?? $"203.0.113.{1 + (world.Of(id.Type).Count() % 250)}";
        }
        else if (id.Is("Microsoft.Network/virtualNetworks"))
        {
            foreach (var subnet in properties["subnets"]?.AsArray() ?? [])
            {
                subnet!["id"] = $"{id.Path}/subnets/{subnet["name"]}";
            }
        }

        properties["provisioningState"] = "Updating";
        world.Put(body);
        var operation = world.Begin(() =>
        {
            if (world.Find(id.Path)?["properties"] is { } there)
            {
                there["provisioningState"] = "Succeeded";
            }
        });
        return new ArmAnswer(known is null ? 201 : 200, body) { Operation = operation };
    }

    public static ArmAnswer Delete(ArmWorld world, ArmId id)
    {
        if (world.Find(id.Path) is null)
        {
            return new ArmAnswer(204);
        }

        if (User(world, id) is { } user)
        {
            throw new ArmException(id.Is("Microsoft.Network/publicIPAddresses")
                ? ArmError.Bad("PublicIPAddressCannotBeDeleted", $"Public IP address {id.Path} can not be deleted since it is still allocated to resource {user}.")
                : ArmError.Bad("NicInUse", $"Network Interface {id.Path} is used by existing resource {user}. In order to delete the network interface, it must be dissociated from the resource."));
        }

        return new ArmAnswer(202) { Operation = world.Begin(() => world.Remove(id.Path)) };
    }

    /// <summary>What came in, with what ARM adds.</summary>
    public static JsonObject Resource(ArmCall call, ArmId id)
    {
        var body = (JsonObject)(call.Body?.DeepClone() ?? throw new ArmException(ArmError.Bad("InvalidRequestContent", "The request content was invalid.")));
        if (body["location"] is null)
        {
            throw new ArmException(ArmError.Bad("LocationRequired", "The location property is required for this definition."));
        }

        body["id"] = id.Path;
        body["name"] = id.Name;
        body["type"] = id.Type;
        body["properties"] ??= new JsonObject();
        return body;
    }

    private static void Check(ArmWorld world, ArmId id, JsonObject properties)
    {
        if (id.Is("Microsoft.Network/networkSecurityGroups"))
        {
            var rules = properties["securityRules"]?.AsArray() ?? [];
            if (rules.GroupBy(rule => ((string?)rule!["properties"]!["direction"], (int)rule["properties"]!["priority"]!)).Any(same => same.Count() > 1))
            {
                throw new ArmException(ArmError.Bad("SecurityRuleConflict", "Rules cannot have the same Priority and Direction."));
            }
        }

        foreach (var subnet in properties["subnets"]?.AsArray() ?? [])
        {
            if ((string?)subnet!["properties"]?["networkSecurityGroup"]?["id"] is { } group)
            {
                world.Need(group);
            }
        }

        foreach (var configuration in properties["ipConfigurations"]?.AsArray() ?? [])
        {
            var subnet = (string?)configuration!["properties"]?["subnet"]?["id"] ?? throw new ArmException(ArmError.Bad("SubnetRequired", "An IP configuration must have a subnet."));
            world.Need(subnet[..subnet.IndexOf("/subnets/", StringComparison.OrdinalIgnoreCase)]);
            if ((string?)configuration["properties"]?["publicIPAddress"]?["id"] is { } address)
            {
                world.Need(address);
            }
        }
    }

    private static string? User(ArmWorld world, ArmId id) => (string?)world.All.FirstOrDefault(one =>
        (string?)one["type"] is "Microsoft.Compute/virtualMachines" or "Microsoft.Network/networkInterfaces"
        && ((string)one["id"]!).ToLowerInvariant() != id.Key
        && one.ToJsonString().Contains($"\"{id.Path}\"", StringComparison.OrdinalIgnoreCase))?["id"];
}
